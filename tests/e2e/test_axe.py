"""No page and no state shuts anybody out, or scrolls sideways, as far as a program can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle

import pytest
from playwright.async_api import Browser

from tests.e2e import widths
from tests.e2e.axe import LOOKS, grave_findings
from tests.e2e.looks import put_on
from tests.e2e.system import System
from tests.e2e.tour import PARTS, tour, visited


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with visited(tmp_path_factory.mktemp("var")) as system:
        yield system


SLOW = [part for part in PARTS if part.endswith("troubles") or part in ("findings", "sharing")]
#: Of the showcase, nothing is new but its pictures.
QUICK = [part for part in PARTS if part not in ("showcase", *SLOW)]


# A part has many pages, and each is looked at for a second or more.
pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize("part", QUICK)
async def test_axe_finds_nothing_serious(browser: Browser, system: System, part: str) -> None:
    """On each page once: in the looks by turns."""
    assert await findings(browser, system, part, [[look] for look in LOOKS]) == []


@pytest.mark.faults(seconds=30)
@pytest.mark.parametrize("part", [*QUICK, *SLOW])
async def test_axe_finds_nothing_serious_in_any_look(
    browser: Browser, system: System, part: str
) -> None:
    assert await findings(browser, system, part, [LOOKS]) == []


async def findings(
    browser: Browser, system: System, part: str, turns: Sequence[Sequence[str]]
) -> list[str]:
    """On the pages of the part, each in the looks whose turn it is."""
    found = []
    looks_in_turn = cycle(turns)
    async for name, page in tour(browser, system, [part]):
        for look in next(looks_in_turn):
            await put_on(page, look)
            problems = [*await grave_findings(page), *await widths.findings(page)]
            found += [f"{name}, {look}: {problem}" for problem in problems]
    return found
