"""Firefox films for Chromium, and watches it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext

from tests.e2e.conftest import fixture
from tests.e2e.firefox import PATH, FirefoxPage, firefox, new_page, set_cookies
from tests.e2e.pages import film, go_live, watch
from tests.e2e.recording import drawn, frames_per_second, is_in_order, is_whole, record_drawn
from tests.e2e.remote import until
from tests.e2e.system import System

pytestmark = pytest.mark.skipif(not PATH, reason="needs Firefox, and none is on the PATH")

WATCH_S = 5.0
#: A third of what an idle machine shows.
LEAST_FPS = 10.0

IS_LIVE = "() => document.querySelector('.tile').dataset.state === 'live'"
#: The rate that the camera's page measures, once it has one.
FILMED_FPS = "() => Number(document.querySelector('.capture').dataset.fps)"


@fixture
async def fox(owner: BrowserContext, system: System, tmp_path: Path) -> AsyncIterator[FirefoxPage]:
    """A page of a Firefox in which the owner is signed in."""
    async with firefox(tmp_path) as browser:
        await set_cookies(browser, system.cookies)
        yield await new_page(browser)


async def test_chromium_watches_what_firefox_films(
    owner: BrowserContext, system: System, fox: FirefoxPage
) -> None:
    await fox.goto(f"{system.url}/cameras/my-camera/capture/")
    await go_live(fox)
    viewer = await watch(owner)
    await asyncio.sleep(WATCH_S)
    filmed = await fox.evaluate(FILMED_FPS)
    shown = float(await viewer.locator(".tile").get_attribute("data-fps") or "nan")
    print(f"filmed {filmed:.1f} fps, shown {shown:.1f} fps")
    assert min(filmed, shown) >= LEAST_FPS


async def test_firefox_watches_what_chromium_films(
    owner: BrowserContext, system: System, fox: FirefoxPage
) -> None:
    await film(owner)
    await fox.goto(f"{system.url}/cameras/my-camera/")
    await until(fox, IS_LIVE)
    await record_drawn(fox)
    await asyncio.sleep(WATCH_S)
    seen = await drawn(fox)
    print(f"{frames_per_second(seen):.1f} fps")
    assert is_whole(seen)
    assert is_in_order(seen)
    assert frames_per_second(seen) >= LEAST_FPS
