"""Groups of cameras and their walls."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.e2e.tour.visit import Sight, Visit, tile_is

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
_TIDY_UP = "__import__('cameras.models').models.CameraGroup.objects.all().delete()"


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    visit.system.run(_SET_UP)
    page = await (await visit.owner()).new_page()
    for name, path in (
        ("groups-filter", "/cameras/"),
        ("groups-filtered", "/cameras/?group=doors"),
        ("group-add", "/groups/add/?camera=gate"),
        ("group-settings", "/groups/doors/settings/"),
        ("group-delete", "/groups/doors/delete/"),
        ("group-empty", "/walls/strassenbahnhaltestellen-und-nebengebaude/"),
        ("camera-groups", "/cameras/gate/settings/#groups"),
    ):
        await page.goto(path)
        yield name, page
    await page.goto("/groups/add/")
    await page.locator("[data-part=search]").fill("street")
    yield "group-add-search", page
    await page.goto("/walls/doors/")
    await tile_is(page, "demo", "live")
    yield "group-wall", page
    await page.keyboard.press("w")
    await page.locator("#walls-menu").wait_for()
    yield "group-walls", page
    visit.system.run(_TIDY_UP)
