"""What a person does in a browser."""

from __future__ import annotations

import asyncio
import time

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e import recording
from tests.e2e.devtools import Chromium, Tab
from tests.e2e.recording import drawn
from tests.e2e.remote import until

_LIVE_MS = 15_000


async def film(context: BrowserContext, path: str = "/cameras/my-camera/capture/") -> Page:
    """A page that films for "My camera"."""
    page = await context.new_page()
    await page.goto(path)
    await page.get_by_role("button", name="Go live").click()
    live = page.locator(".capture[data-state=live]")
    # The page of a test before may have been closed a moment ago.
    busy = page.get_by_role("button", name="Take over")
    await live.or_(busy).first.wait_for(timeout=_LIVE_MS)
    if await busy.is_visible():
        await busy.click()
    await live.wait_for(timeout=_LIVE_MS)
    return page


async def film_small(context: BrowserContext) -> Page:
    """The same, at a size of which Chromium encodes VP8 without threads.

    From 640x480 on they wait for each other, on a busy machine so long that the codec is left.
    """
    page = await film(context)
    await page.evaluate(
        """() => {
          const size = document.querySelector("[name=resolution]");
          size.value = "320x240";
          size.dispatchEvent(new Event("change"));
        }"""
    )
    return page


#: Looks and presses at once: the page may open the camera by itself, and take no press meanwhile.
PRESSED = """() => {
  const button = document.querySelector("[data-action=toggle]");
  if (document.readyState !== "complete" || !button || button.disabled) return false;
  button.click();
  return true;
}"""
_STATE = "document.querySelector('.capture').dataset.state"
_TAKE_OVER = "() => document.querySelector('[data-action=remedy]').click()"


async def go_live(page: recording.Page) -> None:
    """Film with a capture page that Playwright does not lead."""
    await until(page, PRESSED)
    await until(page, f"() => ['live', 'busy'].includes({_STATE})")
    if await page.evaluate(f"() => {_STATE} === 'busy'"):
        await page.evaluate(_TAKE_OVER)
        await until(page, f"() => {_STATE} === 'live'")


async def film_in(chromium: Chromium, origin: str, first: str = "") -> Tab:
    """A tab that films for "My camera"; the script `first` runs before the page's own."""
    tab = await chromium.open(f"{origin}/cameras/my-camera/capture/", first)
    await go_live(tab)
    return tab


async def sends_stills_only(camera: Page, within_s: float) -> None:
    """Waits until the page that films sends no more than that."""
    capture = camera.locator(".capture[data-video=''][data-jpeg=false]")
    await capture.wait_for(timeout=within_s * 1000)


async def watch(context: BrowserContext, path: str = "/cameras/my-camera/") -> Page:
    """A page that shows "My camera", live."""
    page = await context.new_page()
    await page.goto(path)
    # Chromium lets the workers of a page behind another draw about once a second.
    await page.bring_to_front()
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
