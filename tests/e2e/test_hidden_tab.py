"""A tab behind another goes on filming."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.conftest import FLAGS
from tests.e2e.devtools import Tab, chromium, open_tab, set_cookies
from tests.e2e.pages import go_live, watch
from tests.e2e.recording import drawn, frames_per_second, is_in_order, is_whole, record_drawn
from tests.e2e.remote import Remote, until
from tests.e2e.system import System

#: A page that is hidden for longer is throttled more; the worker must not be.
WATCH_S = 8.0
#: A third of what an idle machine shows.
LEAST_FPS = 10.0
#: 3 s promised.
WITHIN_MS = 9_000

IS_HIDDEN = "() => document.hidden"


@pytest.fixture
async def desktop(
    owner: BrowserContext, system: System, chromium_path: str, numbered_clip: Path, tmp_path: Path
) -> AsyncIterator[Remote]:
    """The owner's Chromium, whose camera plays the numbered clip."""
    flags = (*FLAGS, f"--use-file-for-fake-video-capture={numbered_clip}")
    async with chromium(chromium_path, flags, tmp_path) as desktop:
        await set_cookies(desktop, system.cookies)
        yield desktop


async def film(desktop: Remote, url: str, lack: str = "") -> Tab:
    tab = await open_tab(desktop, "about:blank")
    await tab.command("Page.enable")
    await tab.command("Page.addScriptToEvaluateOnNewDocument", source=lack)
    await tab.command("Page.navigate", url=f"{url}/cameras/my-camera/capture/")
    await go_live(tab)
    return tab


async def test_a_hidden_tab_keeps_its_frame_rate(
    desktop: Remote, owner: BrowserContext, system: System
) -> None:
    tab = await film(desktop, system.url)
    await open_tab(desktop, "about:blank")
    await until(tab, IS_HIDDEN)
    viewer = await watch(owner)
    await record_drawn(viewer)
    await asyncio.sleep(WATCH_S)
    seen = await drawn(viewer)
    print(f"{frames_per_second(seen):.1f} fps")
    assert is_whole(seen)
    assert is_in_order(seen)
    assert frames_per_second(seen) >= LEAST_FPS


async def test_a_hidden_tab_that_cannot_film_says_so_and_goes_on_when_it_is_seen(
    desktop: Remote, owner: BrowserContext, system: System
) -> None:
    tab = await film(desktop, system.url, "delete self.MediaStreamTrackProcessor")
    viewer = await watch(owner)
    tile = viewer.locator(".tile")
    session = await tile.get_attribute("data-session")
    await open_tab(desktop, "about:blank")
    await until(tab, IS_HIDDEN)
    await expect(tile).to_have_attribute("data-state", "paused", timeout=WITHIN_MS)
    await expect(tile).to_contain_text("its page is hidden")
    await tab.come_to_front()
    await expect(tile).to_have_attribute("data-state", "live", timeout=WITHIN_MS)
    assert await tile.get_attribute("data-session") == session
