"""Where a network lets no WebSocket through, pictures move all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.e2e.conftest import fixture
from tests.e2e.pages import film, watch
from tests.e2e.proxy import Proxy
from tests.e2e.recording import drawn, frames_per_second, is_in_order, next_drawn, record_drawn
from tests.e2e.system import System

#: Ten a second are asked for.
MAX_FPS = 11.0
#: Each waits until it is kept, every 90 ms, and then until it is asked for.
MAX_LATENCY_MS = 400.0
NOTE = "This network blocks the live connection"


@fixture
async def proxy(system: System) -> AsyncIterator[Proxy]:
    async with Proxy(system.port) as proxy:
        yield proxy


@fixture
async def behind(browser: Browser, owner: BrowserContext, proxy: Proxy) -> BrowserContext:
    """The owner's browser in a network that lets no WebSocket through."""
    context = await browser.new_context(base_url=proxy.url)
    await context.add_cookies((await owner.storage_state())["cookies"])  # type: ignore[arg-type]
    return context


@pytest.mark.parametrize(
    "path", ["/cameras/my-camera/", pytest.param("/", marks=pytest.mark.faults(seconds=8))]
)
async def test_pictures_move_without_a_socket_and_the_page_says_so(
    owner: BrowserContext, behind: BrowserContext, path: str
) -> None:
    await film(owner)
    viewer = await watch(behind, path)
    await expect(viewer.get_by_text(NOTE)).to_be_visible()
    pictures = await next_drawn(viewer, max_latency_ms=MAX_LATENCY_MS)
    assert frames_per_second(pictures) <= MAX_FPS
    await expect(viewer.locator(".tile")).to_have_attribute("data-state", "live")


async def test_the_page_returns_to_the_socket_by_itself(
    owner: BrowserContext, behind: BrowserContext, proxy: Proxy
) -> None:
    await film(owner)
    viewer = await watch(behind)
    note = viewer.get_by_text(NOTE)
    await expect(note).to_be_visible()
    await record_drawn(viewer)
    proxy.lets_upgrades_through = True
    await expect(note).to_be_hidden(timeout=15_000)
    assert is_in_order(await drawn(viewer))
    # Single pictures are never video.
    await expect(viewer.locator(".tile")).to_have_attribute("data-kind", "H.264", timeout=15_000)
    await next_drawn(viewer)


@pytest.mark.faults(seconds=20)
async def test_a_network_that_stops_letting_sockets_through_is_noticed(
    owner: BrowserContext, behind: BrowserContext, proxy: Proxy
) -> None:
    proxy.lets_upgrades_through = True
    await film(owner)
    viewer = await watch(behind)
    await record_drawn(viewer)
    proxy.lets_upgrades_through = False
    proxy.cut()
    await expect(viewer.get_by_text(NOTE)).to_be_visible(timeout=30_000)
    await expect(viewer.locator(".tile")).to_have_attribute("data-state", "live")
    assert is_in_order(await drawn(viewer))


@pytest.mark.faults(seconds=20)
async def test_a_stopped_camera_is_off_without_a_socket_too(
    owner: BrowserContext, behind: BrowserContext
) -> None:
    camera = await film(owner)
    viewer = await watch(behind)
    await camera.get_by_role("button", name="Stop").click()
    await expect(viewer.locator(".tile[data-state=off][data-old]")).to_be_visible(timeout=9_000)
