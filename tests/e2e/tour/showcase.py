"""The wall as the README shows it: cameras in several places and lights, all of them live."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from playwright.async_api import expect

from streaming.demo.scene import LIGHTS
from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit, tile_is

_NAMES = ("Valley", "East ridge", "Summit", "Old mill")
#: Four of these cameras are all that two cores carry.
_RATE = 12
#: Hardly below it, as the first second is no picture of the others.
_STEADY = re.compile(rf"^{_RATE}|^{_RATE - 1}")
_SET_UP = f"""
from cameras.models import Camera
Camera.objects.update(enabled=False)
for name in {_NAMES!r}:
    Camera.objects.create(
        name=name, owner_id=Camera.objects.first().owner_id,
        width=720, height=405, frame_rate={_RATE}, quality=0.95,
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
        tile = page.locator(f".tile[data-camera={slug}]")
        await expect(tile).to_have_attribute("data-fps", _STEADY, timeout=PATIENCE_MS)
    yield "showcase", page
