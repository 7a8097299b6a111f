"""What a slow viewer sees, and that it costs others nothing: through a whole `serve`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.slow_viewers import Result, measure, publishing
from tests.e2e.system import System

pytestmark = pytest.mark.system

COUNT = 3
#: Three times what is promised.
MAX_AGE_MS = 900.0
MAX_KB_EACH = 6000
CLOSED_WITHIN_S = 30.0
#: A third of 30 fps, and of the 12.5 fps that the narrow link carries.
MIN_FPS, MIN_SLOW_FPS = 10.0, 4.0


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    with System(tmp_path) as system:
        async with publishing(system):
            yield system


def by_name(results: list[Result]) -> tuple[Result, Result]:
    healthy, slow = results
    return healthy, slow


async def test_a_narrow_link_carries_new_pictures(system: System) -> None:
    healthy, slow = by_name(await measure(system, "500 kB/s", 500_000, COUNT, seconds=5))
    assert slow.age_p95_ms <= MAX_AGE_MS
    assert slow.fps >= MIN_SLOW_FPS
    assert healthy.fps >= MIN_FPS
    assert healthy.age_p95_ms <= MAX_AGE_MS


@pytest.mark.faults(seconds=20)
async def test_who_reads_nothing_is_cut_off_and_takes_no_memory(system: System) -> None:
    healthy, stuck = by_name(await measure(system, "nothing", 0, COUNT, seconds=11))
    assert stuck.closed_after_s is not None
    assert stuck.closed_after_s <= CLOSED_WITHIN_S
    assert stuck.server_kb_each <= MAX_KB_EACH
    assert healthy.fps >= MIN_FPS
    assert healthy.age_p95_ms <= MAX_AGE_MS
