"""Two pages that film for one camera: never both at once."""

from __future__ import annotations

import asyncio

from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.pages import film, watch
from tests.e2e.recording import drawn, is_in_order, record_drawn

#: The other page's way to frames, and the promise for a right that ends, three times.
WITHIN_MS = 9_000


async def ask_to_film(context: BrowserContext) -> Page:
    """A second page, which is told that the camera is in use."""
    page = await context.new_page()
    await page.goto("/cameras/my-camera/capture/")
    await page.get_by_role("button", name="Go live").click()
    await expect(page.locator(".capture")).to_have_attribute("data-state", "busy")
    return page


async def test_the_second_page_takes_over_and_the_first_is_told_by_whom(
    owner: BrowserContext,
) -> None:
    first = await film(owner)
    viewer = await watch(owner)
    await record_drawn(viewer)
    second = await ask_to_film(owner)
    await expect(second.locator("[data-part=sentence]")).to_contain_text("owner is filming")
    await second.get_by_role("button", name="Take over").click()
    await expect(second.locator(".capture")).to_have_attribute("data-state", "live")
    await expect(first.locator("[data-part=sentence]")).to_contain_text("owner is filming")
    await expect(first.locator(".capture")).to_have_attribute("data-state", "failed")
    session = await second.locator(".capture").get_attribute("data-session") or ""
    await expect(viewer.locator(".tile")).to_have_attribute("data-session", session)
    seen = await drawn(viewer)
    while len({picture.session for picture in seen}) < 2:
        await asyncio.sleep(0.1)
        seen += await drawn(viewer)
    await asyncio.sleep(0.5)
    seen += await drawn(viewer)
    sessions = [picture.session for picture in seen]
    # Each session once and whole, the second after the first: no flicker between them.
    assert len(set(sessions)) == 2
    assert sessions == sorted(sessions)
    assert is_in_order([picture for picture in seen if picture.session == sessions[-1]])


async def test_a_page_that_waits_goes_live_when_the_camera_is_free(owner: BrowserContext) -> None:
    first = await film(owner)
    second = await ask_to_film(owner)
    await first.get_by_role("button", name="Stop").click()
    live = expect(second.locator(".capture"))
    await live.to_have_attribute("data-state", "live", timeout=WITHIN_MS)
    await expect(second.locator("[data-part=notice]")).to_be_hidden()
