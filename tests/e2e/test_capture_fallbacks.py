"""Browsers that lack this or that film as fast, as long as their page is seen."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.e2e.pages import film, watch
from tests.e2e.recording import next_drawn
from tests.e2e.system import System

NO_PROCESSOR = "delete self.MediaStreamTrackProcessor;"
NO_FRAMES = "delete self.VideoFrame;"
NO_CALLBACK = "delete HTMLVideoElement.prototype.requestVideoFrameCallback;"
NO_WORKER_CANVAS = "delete OffscreenCanvas.prototype.convertToBlob;"

BITMAPS = NO_PROCESSOR + NO_FRAMES
RARE = pytest.mark.faults(seconds=5)


@pytest.mark.parametrize(
    "lack",
    [
        pytest.param(NO_PROCESSOR, id="frames of the preview, as Firefox"),
        pytest.param(BITMAPS, id="bitmaps of the preview", marks=RARE),
        pytest.param(BITMAPS + NO_CALLBACK, id="bitmaps at each repaint", marks=RARE),
        pytest.param(BITMAPS + NO_WORKER_CANVAS, id="the page's own canvas"),
    ],
)
async def test_it_films_without(
    browser: Browser, owner: BrowserContext, system: System, lack: str
) -> None:
    poor = await browser.new_context(base_url=system.url, permissions=["camera"])
    await poor.add_cookies(system.cookies)
    await poor.add_init_script(lack)
    await film(poor)
    viewer = await watch(owner)
    await next_drawn(viewer)


async def test_a_worker_that_does_not_load_is_said_and_tried_again(owner: BrowserContext) -> None:
    page = await owner.new_page()
    worker = "**/encoder-worker*"
    await page.route(worker, lambda route: route.abort())
    await page.goto("/cameras/my-camera/capture/")
    await page.get_by_role("button", name="Go live").click()
    await expect(page.get_by_role("alert")).to_contain_text("didn't load")
    await page.unroute(worker)
    await page.get_by_role("button", name="Try again").click()
    await page.locator(".capture[data-state=live]").wait_for()
