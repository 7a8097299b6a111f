"""A tab behind another goes on filming, and asks for no more than stills."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.devtools import Chromium
from tests.e2e.pages import film, film_in, sends_stills_only, watch
from tests.e2e.recording import ENOUGH, WITHIN_S, next_drawn
from tests.e2e.remote import until
from tests.e2e.system import System

#: 3 s promised.
WITHIN_MS = 9_000

#: Ten seconds until nobody is thought to look, five for the want to end.
REST_S = 45.0

IS_HIDDEN = "() => document.hidden"


async def test_a_hidden_tab_keeps_its_frame_rate(
    desktop: Chromium, owner: BrowserContext, system: System
) -> None:
    tab = await film_in(desktop, system.url)
    await desktop.open()
    await until(tab, IS_HIDDEN)
    viewer = await watch(owner)
    # A hidden page's own timers are down to one a second.
    await next_drawn(viewer, 3 * ENOUGH, 3 * WITHIN_S)


async def test_a_hidden_tab_that_cannot_film_says_so_and_goes_on_when_it_is_seen(
    desktop: Chromium, owner: BrowserContext, system: System
) -> None:
    tab = await film_in(desktop, system.url, "delete self.MediaStreamTrackProcessor")
    viewer = await watch(owner)
    tile = viewer.locator(".tile")
    session = await tile.get_attribute("data-session")
    await desktop.open()
    await until(tab, IS_HIDDEN)
    await expect(tile).to_have_attribute("data-state", "paused", timeout=WITHIN_MS)
    await expect(tile).to_contain_text("its page is hidden")
    await tab.come_to_front()
    await expect(tile).to_have_attribute("data-state", "live", timeout=WITHIN_MS)
    assert await tile.get_attribute("data-session") == session


@pytest.mark.faults(seconds=22)
async def test_a_viewer_that_nobody_sees_lets_the_camera_rest(
    desktop: Chromium, owner: BrowserContext, system: System
) -> None:
    camera = await film(owner)
    viewer = await desktop.open(f"{system.url}/cameras/my-camera/")
    await camera.locator(".capture:not([data-video=''])").wait_for()
    await desktop.open()
    await until(viewer, IS_HIDDEN)
    await sends_stills_only(camera, REST_S)
    await viewer.come_to_front()
    await next_drawn(viewer)
