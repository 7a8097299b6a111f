"""Groups of cameras, their walls, and screens that show them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit, tile_is

_SET_UP = """
from cameras.models import Camera, CameraGroup
owner = Camera.objects.get(slug="gate").owner
for name, slugs in (
    ("Doors", ["demo", "front-door", "gate"]),
    ("Upstairs", ["barn", "demo"]),
    ("Straßenbahnhaltestellen und Nebengebäude", []),
):
    group, _ = CameraGroup.objects.get_or_create(name=name, owner=owner)
    group.cameras.set(Camera.objects.filter(slug__in=slugs))
Camera.objects.filter(slug="gate").update(location="Street side")
"""
_REVOKE = "__import__('cameras.models').models.ShareLink.objects.get(kiosk=True).revoke()"
_TIDY_UP = "__import__('cameras.models').models.CameraGroup.objects.all().delete()"


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    visit.system.run(_SET_UP)
    page = await (await visit.owner()).new_page()
    for name, path in (
        ("groups", "/cameras/?group=doors"),
        ("group-settings", "/groups/doors/settings/"),
        ("group-empty", "/walls/strassenbahnhaltestellen-und-nebengebaude/"),
    ):
        await page.goto(path)
        yield name, page
    await page.goto("/groups/add/?camera=gate")
    await page.locator("[data-part=search]").fill("street")
    yield "group-add", page
    await page.goto("/walls/doors/")
    await tile_is(page, "demo", "live")
    await page.keyboard.press("w")
    await page.locator("#walls-menu").wait_for()
    yield "group-wall", page
    await page.goto("/screens/add/?group=doors")
    yield "screen-add", page
    await page.get_by_label("Name").fill("Hall TV")
    await page.get_by_role("button", name="Create link").click()
    address = await page.locator("#secret").input_value()
    yield "screen-link", page
    screen = await (await visit.stranger()).new_page()
    await screen.goto("/kiosk/#" + address.partition("#")[2])
    await tile_is(screen, "demo", "live")
    yield "screen", screen
    visit.system.run(_REVOKE)
    await screen.get_by_role("alert").wait_for(timeout=PATIENCE_MS)
    yield "screen-revoked", screen
    await screen.goto("about:blank")
    await screen.goto("/kiosk/#ssl_unknown")
    await screen.get_by_text("was revoked").wait_for()
    yield "screen-opening", screen
    visit.system.run(_TIDY_UP)
