"""That the witness would notice."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

pytestmark = [pytest.mark.system, pytest.mark.faults(seconds=8, always=True)]


async def test_a_calm_system_goes_unnoticed(stand):
    async with stand.attack() as harm:
        await asyncio.sleep(1)
    harm.assert_unnoticed()
    assert harm.seen.frames >= 10
    await stand.assert_back_to_base()


async def test_processes_that_stand_still_or_die_are_noticed(stand):
    [pid] = stand.system.pids("web")
    async with stand.attack() as harm:
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(1.5)
        os.kill(pid, signal.SIGCONT)
        stand.system.kill("ingest")
    assert harm.seen.gap_s > 1.2
    assert harm.lag_s["web"] > 1.2
    assert harm.died == {"ingest"}
    with pytest.raises(AssertionError):
        harm.assert_unnoticed()
