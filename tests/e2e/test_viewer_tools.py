"""What a person does with a picture, and what a page that was opened before still asks for."""

from __future__ import annotations

import io
import re

from PIL import Image
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.pages import film, watch

#: The page itself, and what changes with each visit.
MOST_REQUESTS = 10

_FLOATING = (
    "() => documentPictureInPicture.window?.document.querySelector('[data-part=state]').innerText"
)
_PLAYS = "() => documentPictureInPicture.window.document.querySelector('video').currentTime > 0"
_LOADED = """() => performance.getEntries()
  .filter(({ entryType, transferSize }) => entryType === "navigation" || transferSize > 0).length"""


async def test_a_picture_is_zoomed_turned_saved_and_floats(owner: BrowserContext) -> None:
    await film(owner)
    viewer = await watch(owner)
    picture = viewer.locator(".picture")
    await viewer.locator(".tile").hover()
    await viewer.mouse.wheel(0, -200)
    await expect(picture).to_have_attribute("style", re.compile("scale"))
    await viewer.get_by_role("button", name="Show the whole picture").click()
    await expect(picture).not_to_have_attribute("style", re.compile("scale"))
    await viewer.keyboard.press("r")
    assert await saved(viewer) == (480, 640)
    await viewer.reload()
    await expect(viewer.locator(".tile[data-turn='90'][data-state=live]")).to_be_visible()
    await viewer.keyboard.press("p")
    await viewer.wait_for_function(_PLAYS)
    assert await viewer.evaluate(_FLOATING) == "Live"
    await viewer.keyboard.press("p")
    await expect(viewer.locator("[data-action=picture-in-picture]")).to_have_attribute(
        "aria-pressed", "false"
    )


async def saved(viewer: Page) -> tuple[int, int]:
    """The size of a snapshot."""
    async with viewer.expect_download() as download:
        await viewer.keyboard.press("s")
    file = await download.value
    assert re.fullmatch(r"my-camera-\d{4}-\d\d-\d\d-\d{6}\.jpg", file.suggested_filename)
    content = (await file.path()).read_bytes()
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.format == "JPEG"
        return picture.size


async def test_a_wall_that_was_opened_before_asks_for_its_page_alone(owner: BrowserContext) -> None:
    await (await owner.new_page()).goto("/", wait_until="networkidle")
    again = await owner.new_page()
    await again.goto("/", wait_until="networkidle")
    assert await again.evaluate(_LOADED) <= MOST_REQUESTS


async def test_without_the_server_a_page_says_so(owner: BrowserContext) -> None:
    page = await owner.new_page()
    await page.goto("/cameras/")
    await page.evaluate("async () => { await navigator.serviceWorker.ready }")
    await owner.set_offline(True)
    await page.goto("/account/")
    await expect(page.get_by_role("heading")).to_have_text("SkySentry can't be reached")
    await owner.set_offline(False)
    await expect(page).to_have_title(re.compile("Account"))
