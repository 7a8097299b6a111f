"""What happens to a camera: its viewers read it at once, and it goes on as the same camera."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from playwright.async_api import BrowserContext, Locator, expect

from tests.e2e.devtools import Chromium, Tab
from tests.e2e.pages import film_in, watch
from tests.e2e.remote import until
from tests.e2e.scripts import STALL
from tests.e2e.system import System

#: 3 s promised.
WITHIN_MS = 9_000
#: The network's way back takes a new connection.
BACK_MS = 15_000

#: Puts the camera's plug into the test's hands.
PLUG = """
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let isPlugged = true;
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (!isPlugged) throw new DOMException("", "NotFoundError");
    const stream = await open(wish);
    [self.track] = stream.getVideoTracks();
    return stream;
  };
  self.unplug = () => {
    isPlugged = false;
    track.stop();
    track.dispatchEvent(new Event("ended"));
  };
  self.plugIn = () => {
    isPlugged = true;
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  };
  self.mute = (isMuted) => {
    Object.defineProperty(track, "muted", { value: isMuted, configurable: true });
    track.enabled = !isMuted;
    track.dispatchEvent(new Event(isMuted ? "mute" : "unmute"));
  };
"""


Trouble = Callable[..., AbstractAsyncContextManager[tuple[Tab, Locator]]]


@pytest.fixture
def trouble(desktop: Chromium, owner: BrowserContext, system: System) -> Trouble:
    """Films, with a script in the page; then gives page and viewer's tile for the time of a
    trouble, after which the same session goes on.
    """

    @asynccontextmanager
    async def trouble(name: str, script: str = "") -> AsyncIterator[tuple[Tab, Locator]]:
        tab = await film_in(desktop, system.url, script)
        viewer = await watch(owner)
        tile = viewer.locator(".tile")
        session = await tile.get_attribute("data-session")
        yield tab, tile
        began = time.monotonic()
        await expect(tile).to_have_attribute("data-state", "live", timeout=BACK_MS)
        print(f"{name}: live again after {time.monotonic() - began:.1f} s")
        assert await tile.get_attribute("data-session") == session

    return trouble


async def reads(tile: Locator, state: str, words: str = "") -> None:
    """Wait until the tile shows a state and its reason."""
    began = time.monotonic()
    await expect(tile).to_have_attribute("data-state", state, timeout=WITHIN_MS)
    print(f"{state} after {time.monotonic() - began:.1f} s")
    await expect(tile).to_contain_text(words)


async def test_permission_is_withdrawn(trouble: Trouble, desktop: Chromium, system: System) -> None:
    async with trouble("permission") as (_, tile):
        await desktop.permit_camera("denied", system.url)
        await reads(tile, "paused", "no longer has permission")
        await desktop.permit_camera("granted", system.url)


async def test_the_camera_is_unplugged(trouble: Trouble) -> None:
    async with trouble("plug", PLUG) as (tab, tile):
        await tab.evaluate("unplug")
        await reads(tile, "paused", "unplugged")
        await tab.evaluate("plugIn")


async def test_the_system_takes_the_camera_away(trouble: Trouble) -> None:
    async with trouble("mute", PLUG) as (tab, tile):
        await tab.evaluate("() => mute(true)")
        await reads(tile, "paused", "for something else")
        hint = await tab.evaluate("() => document.querySelector('[data-part=hint]').textContent")
        # The same words here and there.
        await expect(tile).to_contain_text(hint)
        await tab.evaluate("() => mute(false)")


@pytest.mark.faults(seconds=12)
async def test_the_camera_lives_and_gives_no_pictures(
    trouble: Trouble, owner: BrowserContext
) -> None:
    async with trouble("no pictures", STALL) as (tab, tile):
        await tab.evaluate("() => { isStalled = true; }")
        await reads(tile, "paused", "isn't delivering a picture")
        stats = await owner.request.get("/api/cameras/my-camera/stats/")
        assert (await stats.json())["state"] == "paused"
        await until(tab, "() => opened === 2")
        await tab.evaluate("() => { isStalled = false; }")


async def test_the_network_goes(trouble: Trouble, desktop: Chromium) -> None:
    async with trouble("network") as (_, tile):
        with desktop.without_network():
            await reads(tile, "lost")
