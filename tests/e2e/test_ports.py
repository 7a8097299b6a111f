"""Pages on one port, cameras on another, viewers on a third."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext

from tests.e2e.pages import film, watch
from tests.e2e.system import System
from tests.processes import free_port
from tests.signing_in import sign_in_by_link


class SplitSystem(System):
    def __init__(self, var: Path) -> None:
        self.signaling, self.streaming, self.tls = free_port(), free_port(), free_port()
        ports = {"websocket": self.signaling, "streaming": self.streaming, "tls": self.tls}
        options = [word for name, port in ports.items() for word in (f"--{name}-port", str(port))]
        super().__init__(var, "uvicorn", "--tls", *options)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SplitSystem]:
    system = SplitSystem(tmp_path_factory.mktemp("var"))
    with system:
        yield system


def without_camera(url: str) -> str:
    """Pages publish by the camera's id, which a rename leaves as it is."""
    return re.sub(r"(?<=/ws/publish/)[0-9a-f-]{36}/$", "", url)


def sockets_of(context: BrowserContext) -> list[str]:
    """Those that its pages open, as they do so."""
    urls: list[str] = []
    context.on("page", lambda page: page.on("websocket", lambda it: urls.append(it.url)))
    return urls


async def test_pages_film_and_watch_on_the_ports_that_are_for_it(
    browser: Browser, system: SplitSystem
) -> None:
    context = await browser.new_context(base_url=system.url, permissions=["camera"])
    await sign_in_by_link(context, system.sign_in_link)
    urls = sockets_of(context)
    await film(context)
    await watch(context)
    await watch(context, "/")
    host = "ws://127.0.0.1"
    assert {without_camera(url) for url in urls} == {
        f"{host}:{system.signaling}/ws/publish/",
        f"{host}:{system.streaming}/ws/watch/",
    }


async def test_a_phone_films_by_its_key_on_the_ports_with_tls(
    browser: Browser, system: SplitSystem
) -> None:
    phone = await browser.new_context(permissions=["camera"], ignore_https_errors=True)
    urls = sockets_of(phone)
    link = re.search(r"https://(\S+):\d+/phone/#ssin_\S+", system.output)
    assert link
    page = await phone.new_page()
    await page.goto(link[0])
    await page.get_by_role("button", name="Go live").click()
    await page.locator(".capture[data-state=live]").wait_for(timeout=15_000)
    assert {without_camera(url) for url in urls} == {
        f"wss://{link[1]}:{system.tls + 1}/ws/publish/"
    }
