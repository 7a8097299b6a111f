"""What a person does in a browser."""

from __future__ import annotations

import asyncio
import time

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.recording import drawn

_LIVE_MS = 15_000


async def film(context: BrowserContext) -> Page:
    """A page that films for "My camera"."""
    page = await context.new_page()
    await page.goto("/cameras/my-camera/capture/")
    await page.get_by_role("button", name="Go live").click()
    live = page.locator(".capture[data-state=live]")
    # The page of a test before may have been closed a moment ago.
    busy = page.get_by_role("button", name="Take over")
    await live.or_(busy).first.wait_for(timeout=_LIVE_MS)
    if await busy.is_visible():
        await busy.click()
    await live.wait_for(timeout=_LIVE_MS)
    return page


async def watch(context: BrowserContext, path: str = "/cameras/my-camera/") -> Page:
    """A page that shows "My camera", live."""
    page = await context.new_page()
    await page.goto(path)
    await expect(page.locator(".tile")).to_have_attribute("data-state", "live", timeout=_LIVE_MS)
    return page


async def seconds_until_moving(viewer: Page, within_s: float) -> float:
    """How long until the viewer, whose pictures are recorded, draws three new ones.

    Raises AssertionError when it does not within `within_s`.
    """
    await drawn(viewer)
    began = time.monotonic()
    count = 0
    while time.monotonic() - began < within_s:
        count += len(await drawn(viewer))
        if count >= 3:
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    raise AssertionError(f"nothing moved within {within_s} s")
