"""A wall of several cameras: how much pictures cover, its keys, and what it says of a loss."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator

from playwright.async_api import BrowserContext, Page, Position, expect

from tests.e2e.conftest import fixture
from tests.e2e.system import System

#: By five pictures of 4:3, as tests/js/pages/wall/layout.test.js says; the bar takes 5 %.
COVERED = 0.85
LIVE_MS = 15_000
#: Three times the 3 s promised.
LOST_MS = 9_000

_NAMES = ("Attic", "Gate 2", "Gate 10", "Yard")
_ADD = f"""
from cameras.models import Camera
owner = Camera.objects.first().owner
for name in {_NAMES!r}: Camera.objects.create(name=name, owner=owner, width=640, height=480)
"""
_REMOVE = f"""
from cameras.models import Camera, WallArrangement
Camera.objects.filter(name__in={_NAMES!r}).delete()
WallArrangement.objects.all().delete()
"""
_SHARE = """() => [...document.querySelectorAll(".wall > .tile:not([hidden])")]
  .map((tile) => tile.getBoundingClientRect())
  .reduce((sum, { width, height }) => sum + width * height / innerWidth / innerHeight, 0)"""
_FOCUSED = "() => document.activeElement.ariaLabel"


@fixture
async def wall(owner: BrowserContext, system: System) -> AsyncIterator[Page]:
    """Of five cameras that are off; one may have filmed in another test, and been lost."""
    system.run(_ADD)
    page = await owner.new_page()
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto("/")
    await expect(page.locator(".tile:is([data-state=off], [data-state=lost])")).to_have_count(5)
    yield page
    system.run(_REMOVE)


async def test_a_wall_fills_its_window_and_is_arranged_by_keys(wall: Page) -> None:
    names = wall.locator(".wall > .tile:not([hidden]) .name")
    await expect(names).to_have_text(["Attic", "Gate 2", "Gate 10", "My camera", "Yard"])
    assert await wall.evaluate(_SHARE) > COVERED
    assert not await wall.evaluate("document.documentElement.scrollHeight > innerHeight")

    tab_stop = wall.locator(".wall [tabindex='0']")
    await expect(tab_stop).to_have_count(1)
    await tab_stop.focus()
    await wall.keyboard.press("ArrowRight")
    assert await wall.evaluate(_FOCUSED) == "Gate 2: Off"
    await wall.keyboard.press("Enter")
    await expect(wall.locator("[data-offer=film]:focus")).to_have_text("Film with this device")
    await wall.keyboard.press("Escape")
    await wall.keyboard.press("Alt+ArrowLeft")
    await expect(names).to_have_text(["Gate 2", "Attic", "Gate 10", "My camera", "Yard"])
    moved = wall.get_by_text("Gate 2 moved to position 1 of 5.")
    await expect(moved).to_be_attached()
    assert await wall.evaluate(_FOCUSED) == "Gate 2: Off"

    corner = Position(x=20, y=50)
    yard, attic = (wall.locator(f".tile[data-camera={slug}]") for slug in ("yard", "attic"))
    await yard.drag_to(attic, source_position=corner, target_position=corner)
    await expect(names).to_have_text(["Gate 2", "Yard", "Attic", "Gate 10", "My camera"])

    await wall.get_by_role("button", name="View").click()
    await wall.locator("label:has([value='2x2'])").click()
    await expect(wall.get_by_text("4 of 5")).to_be_visible()
    await wall.get_by_role("button", name="Next page").click()
    await expect(names).to_have_text(["My camera"])
    await wall.reload()
    await expect(names).to_have_text(["Gate 2", "Yard", "Attic", "Gate 10"])


async def test_a_lost_camera_stays_marked_until_it_is_seen(wall: Page, system: System) -> None:
    camera = system.start_camera("attic")
    try:
        tile = wall.locator(".tile[data-camera=attic]")
        await expect(tile).to_have_attribute("data-state", "live", timeout=LIVE_MS)
        await wall.mouse.move(2, 2)
        camera.send_signal(signal.SIGSTOP)
        await expect(tile).to_have_attribute("data-unseen", "", timeout=LOST_MS)
        await expect(wall).to_have_title("(1) Wall · SkySentry")
        await expect(wall.get_by_text("Attic is lost.")).to_be_attached()
        camera.send_signal(signal.SIGCONT)
        await expect(tile).to_have_attribute("data-state", "live", timeout=LIVE_MS)
        await expect(tile.get_by_text("Lost at")).to_be_visible()
        await tile.hover()
        await expect(tile.get_by_text("Lost at")).to_be_hidden()
        await expect(wall).to_have_title("Wall · SkySentry")

        await wall.get_by_role("button", name="View").click()
        await wall.get_by_label("Fold cameras that are off").check()
        await expect(wall.get_by_text("4 cameras are off:")).to_be_visible()
        await wall.get_by_role("button", name="Show", exact=True).click()
        await expect(wall.locator(".wall > .tile:not([hidden])")).to_have_count(5)
    finally:
        camera.kill()
        camera.wait()
