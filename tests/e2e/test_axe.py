"""No page and no state shuts anybody out, as far as a program can tell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import Browser

from tests.e2e.axe import LOOKS, grave_findings
from tests.e2e.looks import put_on
from tests.e2e.system import System
from tests.e2e.tour import PARTS, tour, visited


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with visited(tmp_path_factory.mktemp("var")) as system:
        yield system


SLOW = [part for part in PARTS if part.endswith("troubles") or part == "sharing"]
#: Of the showcase, nothing is new but its pictures.
QUICK = [part for part in PARTS if part not in ("showcase", *SLOW)]


# A part has many pages, and each is looked at for a second or more.
@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "part", [*QUICK, *(pytest.param(part, marks=pytest.mark.faults(seconds=30)) for part in SLOW)]
)
async def test_axe_finds_nothing_serious(browser: Browser, system: System, part: str) -> None:
    found = []
    async for name, page in tour(browser, system, [part]):
        for look in LOOKS:
            await put_on(page, look)
            found += [f"{name}, {look}: {finding}" for finding in await grave_findings(page)]
    assert found == []
