"""The wall as the README shows it: cameras in several places and lights, all of them live."""

from __future__ import annotations

from collections.abc import AsyncIterator

from streaming.demo.scene import LIGHTS
from tests.e2e.tour.visit import Sight, Visit, tile_is

_NAMES = ("Valley", "East ridge", "Summit", "Old mill")
_SET_UP = f"""
from cameras.models import Camera
Camera.objects.update(enabled=False)
for name in {_NAMES!r}:
    Camera.objects.create(
        name=name, owner_id=Camera.objects.first().owner_id,
        width=720, height=405, frame_rate=12, quality=0.95,
    )
"""


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    visit.system.run(_SET_UP)
    slugs = [name.lower().replace(" ", "-") for name in _NAMES]
    for slug, light in zip(slugs, LIGHTS, strict=True):
        visit.camera(slug, light)
    page = await (await visit.owner()).new_page()
    await page.goto("/")
    for slug in slugs:
        await tile_is(page, slug, "live")
    yield "showcase", page
