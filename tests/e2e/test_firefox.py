"""Firefox films for Chromium, and watches it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext

from tests.e2e.conftest import fixture
from tests.e2e.firefox import PATH, PREFERENCES, FirefoxPage, firefox, new_page, set_cookies
from tests.e2e.pages import PRESSED, film, go_live, watch
from tests.e2e.recording import WITHIN_S, next_drawn, next_latencies
from tests.e2e.remote import until
from tests.e2e.system import System

pytestmark = pytest.mark.skipif(not PATH, reason="needs Firefox, and none is on the PATH")

IS_LIVE = "() => document.querySelector('.tile').dataset.state === 'live'"
IS_SAID = """() => {
  const notice = document.querySelector("[data-part=notice]");
  return !notice.hidden && notice.textContent.includes("%s");
}"""
STATE = "() => document.querySelector('.capture').dataset.state"
#: By the rate that the page itself measures: more than stills could be.
MOVES = "() => Number(document.querySelector('.%s').dataset.fps) >= 2"


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
    await until(fox, MOVES % "capture", WITHIN_S)
    await until(viewer, MOVES % "tile", WITHIN_S)
    await next_latencies(viewer)


async def test_a_firefox_that_resists_fingerprinting_says_so_and_films_no_noise(
    owner: BrowserContext, system: System, tmp_path: Path
) -> None:
    async with firefox(tmp_path, {**PREFERENCES, "privacy.resistFingerprinting": True}) as browser:
        await set_cookies(browser, system.cookies)
        fox = await new_page(browser)
        await fox.goto(f"{system.url}/cameras/my-camera/capture/")
        await until(fox, PRESSED)
        await until(fox, IS_SAID % "protection against fingerprinting")
        assert await fox.evaluate(STATE) == "ready"


async def test_firefox_watches_what_chromium_films(
    owner: BrowserContext, system: System, fox: FirefoxPage
) -> None:
    await film(owner)
    await fox.goto(f"{system.url}/cameras/my-camera/")
    await until(fox, IS_LIVE)
    await next_drawn(fox)
