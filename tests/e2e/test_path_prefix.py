"""A server that a proxy shows below a path of its name, passed on or cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request

from tests.e2e.pages import film, watch
from tests.e2e.system import System
from tests.signing_in import sign_in_by_link

PREFIX = "/front/cams"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("var"))
    system.env["PATH_PREFIX"] = PREFIX
    with system:
        yield system


def asked_by(context: BrowserContext) -> set[str]:
    """The paths that its pages ask for by themselves, as they do so; sockets too."""
    paths: set[str] = set()

    def note(request: Request) -> None:
        if not request.is_navigation_request():
            paths.add(urlsplit(request.url).path)

    def listen(page: Page) -> None:
        page.on("websocket", lambda socket: paths.add(urlsplit(socket.url).path))
        page.on("request", note)

    context.on("page", listen)
    return paths


async def test_all_that_pages_ask_for_is_below_the_path(browser: Browser, system: System) -> None:
    context = await browser.new_context(base_url=system.url, permissions=["camera"])
    await sign_in_by_link(context, system.sign_in_link)
    paths = asked_by(context)
    await film(context, f"{PREFIX}/cameras/my-camera/capture/")
    await watch(context, f"{PREFIX}/")
    dashboard = await context.new_page()
    await dashboard.goto(f"{PREFIX}/dashboard/")
    await dashboard.get_by_role("link", name="My camera").click()
    await dashboard.wait_for_url(f"**{PREFIX}/dashboard/my-camera/")
    assert f"{PREFIX}/ws/watch/" in paths
    assert any(each.startswith(f"{PREFIX}/ws/publish/") for each in paths)
    assert [each for each in paths if not each.startswith(f"{PREFIX}/")] == []


async def test_a_proxy_may_cut_the_path_off(visitor: BrowserContext) -> None:
    response = await visitor.request.get("/sign-in/")
    assert response.status == 200
    links = re.findall(r'(?:href|src)="(/[^"]*)"', await response.text())
    assert links
    for link in links:
        assert link.startswith(f"{PREFIX}/")
        assert (await visitor.request.get(link.removeprefix(PREFIX))).ok
