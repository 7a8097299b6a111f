"""Where the network shuts UDP, frames go over the publish socket."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Playwright, expect

from tests.e2e.conftest import fixture, launch
from tests.e2e.pages import film, watch
from tests.e2e.recording import Seen, drawn, is_in_order, next_drawn
from tests.e2e.system import System

pytestmark = pytest.mark.daphne(seconds=14)

#: Five seconds of trying WebRTC, three times.
FALLBACK_WITHIN_MS = 15_000
#: Half a second without a picture would be seen as a gap.
MAX_GAP_MS = 500.0

#: A network that swallows UDP: the browser is told of addresses of the server where nobody is.
SHUT_UDP = """
  window.isShut = true;
  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    const shut = sdp.replace(/^(a=candidate:.* udp \\d+ )\\S+ \\d+/gim, "$1192.0.2.1 9");
    return setRemote.call(this, { type, sdp: window.isShut ? shut : sdp });
  };
"""


@fixture
async def shut_browser(
    playwright: Playwright, chromium_path: str, numbered_clip: Path
) -> AsyncIterator[Browser]:
    """A Chromium that sends no UDP at all, by its own policy."""
    browser = await launch(
        playwright,
        chromium_path,
        numbered_clip,
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    )
    yield browser
    await browser.close()


async def test_without_udp_it_films_all_the_same_and_says_so(
    shut_browser: Browser, owner: BrowserContext, system: System
) -> None:
    shut = await shut_browser.new_context(base_url=system.url, permissions=["camera"])
    await shut.add_cookies(system.cookies)
    camera = await film(shut)
    await expect(camera.locator(".capture")).to_have_attribute("data-transport", "websocket")
    await expect(camera.locator("[data-part=hint]")).to_contain_text("slower connection")
    await expect(camera.locator(".hint").get_by_text("Find out why")).to_be_visible()
    viewer = await watch(owner)
    await next_drawn(viewer)


async def test_webrtc_takes_over_without_a_gap_when_it_gets_through(owner: BrowserContext) -> None:
    await owner.add_init_script(SHUT_UDP)
    camera = await film(owner)
    page = camera.locator(".capture")
    await expect(page).to_have_attribute("data-transport", "websocket")
    viewer = await watch(owner)
    before = longest_gap(await next_drawn(viewer))
    await camera.evaluate("isShut = false; dispatchEvent(new Event('online'))")
    await expect(page).to_have_attribute("data-transport", "webrtc", timeout=FALLBACK_WITHIN_MS)
    await asyncio.sleep(2)
    seen = await drawn(viewer)
    assert is_in_order(seen)
    assert len({picture.session for picture in seen}) == 1
    # A busy machine has gaps of its own.
    assert longest_gap(seen) <= max(MAX_GAP_MS, 3 * before)


def longest_gap(seen: list[Seen]) -> float:
    return max(after.at - before.at for before, after in itertools.pairwise(seen))
