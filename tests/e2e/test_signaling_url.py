"""The capture page may stand on one server and send its camera to another one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.conftest import fixture
from tests.e2e.pages import film
from tests.e2e.proxy import Proxy
from tests.e2e.system import System
from tests.signing_in import sign_in_by_link

#: By the camera's id, which a rename leaves as it is.
PUBLISH = r"/ws/publish/[0-9a-f-]{36}/"


@fixture
async def other(tmp_path: Path) -> AsyncIterator[tuple[System, Proxy]]:
    """A system, and its address for cameras: another origin, as another port is."""
    system = System(tmp_path)
    async with Proxy(system.port) as proxy:
        proxy.lets_upgrades_through = True
        system.env["SKYSENTRY_SIGNALING_URL"] = proxy.url.replace("http", "ws")
        yield system, proxy


async def test_a_trusted_page_films_for_the_other_server(
    browser: Browser, other: tuple[System, Proxy]
) -> None:
    system, proxy = other
    system.env["CSRF_TRUSTED_ORIGINS"] = system.url
    sockets: list[str] = []
    with system:
        context = await browser.new_context(base_url=system.url, permissions=["camera"])
        context.on("page", lambda page: page.on("websocket", lambda it: sockets.append(it.url)))
        await sign_in_by_link(context, system.sign_in_link)
        await film(context)
    assert sockets
    assert all(re.fullmatch(f"{proxy.url.replace('http', 'ws')}{PUBLISH}", it) for it in sockets)


@pytest.mark.faults(seconds=8)
async def test_a_page_that_is_not_trusted_does_not(
    browser: Browser, other: tuple[System, Proxy]
) -> None:
    system, _ = other
    with system:
        context = await browser.new_context(base_url=system.url, permissions=["camera"])
        await sign_in_by_link(context, system.sign_in_link)
        page = await context.new_page()
        await page.goto("/cameras/my-camera/capture/")
        async with page.expect_event("console", lambda said: "403" in said.text):
            await page.get_by_role("button", name="Go live").click()
