"""Walls of groups: from one to the other by keys, and on a screen that has no account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.system import System

#: Three times the 2 s promised, and what a tick of the screen takes.
DARK_WITHIN_MS = 12_000

_SET_UP = """
from cameras.models import Camera, CameraGroup, ShareLink
owner = Camera.objects.earliest("created").owner
group = CameraGroup.objects.create(name="Doors", owner=owner)
print(ShareLink.issue(name="Hall TV", created_by=owner, group=group, kiosk=True)[1])
"""
_FILL = """
from cameras.models import Camera, CameraGroup
CameraGroup.objects.get().cameras.add(Camera.objects.earliest("created"))
"""
_REVOKE = "__import__('cameras.models').models.ShareLink.objects.get().revoke()"
#: Without a moment between keys, as for somebody quicker than the page.
_PRESS = """(keys) => {
  for (const key of keys) {
    const options = { key, bubbles: true, cancelable: true };
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
  }
  return document.activeElement.textContent.trim();
}"""
_TIDY_UP = "__import__('cameras.models').models.CameraGroup.objects.all().delete()"


@pytest.fixture
def secret(system: System) -> Iterator[str]:
    """Of a link with which a screen shows the wall of a group that is still empty."""
    yield system.run(_SET_UP).strip()
    system.run(_TIDY_UP)


async def test_a_screen_follows_its_wall_until_it_is_revoked(
    visitor: BrowserContext, system: System, secret: str
) -> None:
    page = await visitor.new_page()
    await page.goto(f"/kiosk/#{secret}")
    await expect(page.get_by_role("heading")).to_have_text("No cameras on this screen yet")
    system.run(_FILL)
    await expect(page.locator(".wall .tile")).to_have_count(1)
    await expect(page.locator("a:visible, button:visible")).to_have_count(0)
    system.run(_REVOKE)
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("access was revoked", timeout=DARK_WITHIN_MS)


async def test_keys_lead_from_wall_to_wall(owner: BrowserContext, secret: str) -> None:
    page = await owner.new_page()
    await page.goto("/")
    await page.keyboard.press("w")
    await expect(page.get_by_role("link", name="All cameras")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#walls-menu")).to_be_hidden()
    assert await page.evaluate(_PRESS, ["w", "ArrowDown"]) == "Doors"
    await page.keyboard.press("Enter")
    await page.wait_for_url("/walls/doors/")
    await expect(page).to_have_title("Doors · SkySentry")
