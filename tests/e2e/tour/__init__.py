"""A walk past every page and every state, for whoever looks at them: a person or a checker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from playwright.async_api import Browser

from tests.e2e.system import System
from tests.e2e.tour import (
    accounts,
    doors,
    filming,
    findings,
    groups,
    numbers,
    phones,
    places,
    sharing,
    showcase,
    watching,
)
from tests.e2e.tour.visit import Sight, Visit
from tests.processes import free_port

#: Of the tour, each by itself too; the last changes the catalogue for good.
PARTS = {
    "doors": doors.sights,
    "walls": watching.walls,
    "groups": groups.sights,
    "troubles": watching.troubles,
    "viewers": watching.viewers,
    "filming": filming.sights,
    "filming-troubles": filming.troubles,
    "phones": phones.sights,
    "places": places.sights,
    "numbers": numbers.sights,
    "findings": findings.sights,
    "sharing": sharing.sights,
    "accounts": accounts.sights,
    "showcase": showcase.sights,
}

_SET_UP = """
from django.contrib.auth.models import User
from cameras.models import Camera
owner = User.objects.get()
User.objects.create_user("guest", password="guest")
for name in (
    "Front door",
    "Donaudampfschifffahrtsgesellschaftskapitänskajüte",
    "Garten",
    "Rindfleischetikettierungsüberwachung Halle 2, Eingang von der Hofseite",
    "Kindergarten",
    "Barn",
    "Roof, looking north",
    "Straßenbahnhaltestelle",
    "Kitchen",
    "Workshop",
    "Geschwindigkeitsbegrenzung",
    "Gate",
    "Cellar",
    "Balkon",
):
    Camera.objects.create(name=name, owner=owner)
"""


@contextmanager
def visited(var: Path) -> Iterator[System]:
    """A system that has everything there is to see."""
    options = ("--demo", "--tls", "--tls-port", str(free_port()))
    with System(var, "uvicorn", *options) as system:
        system.run(_SET_UP)
        yield system


async def tour(
    browser: Browser, system: System, parts: Collection[str] = PARTS.keys()
) -> AsyncIterator[Sight]:
    """The sights of these parts, of a visited system that nobody else uses."""
    for name in parts:
        async with AsyncExitStack() as stack:
            async for sight in PARTS[name](Visit(browser, system, stack)):
                yield sight
