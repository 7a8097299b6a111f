"""That the witness would notice."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.hostile.stand import CpuTime, Harm
from tests.hostile.witness import Seen


@pytest.mark.system
@pytest.mark.faults(seconds=8, always=True)
async def test_a_calm_system_goes_unnoticed(stand):
    async with stand.attack() as harm:
        await asyncio.sleep(1)
    harm.assert_unnoticed()
    assert harm.seen.frames >= 10
    await stand.assert_back_to_base()


@pytest.mark.system
@pytest.mark.faults(seconds=8, always=True)
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


def harm(lag_s=0.1, gap_s=0.1, crowding=1.0):
    seen = Seen(gap_s=gap_s, sessions=1)
    return Harm(seen, {"web": lag_s, "ingest": 0.0}, set(), {"web": crowding, "ingest": 1.0})


@pytest.mark.parametrize("late", [{"lag_s": 0.35}, {"gap_s": 0.6}])
def test_who_is_late_on_a_machine_of_their_own_is_noticed(late):
    harm().assert_unnoticed()
    with pytest.raises(AssertionError):
        harm(**late).assert_unnoticed()


@pytest.mark.parametrize("late", [{"lag_s": 0.35}, {"gap_s": 0.6}])
def test_who_shares_a_core_may_be_late_by_as_much(late):
    harm(**late, crowding=2.0).assert_unnoticed()


@pytest.mark.parametrize("late", [{"lag_s": 0.7}, {"gap_s": 1.1}])
def test_not_every_lateness_is_excused(late):
    with pytest.raises(AssertionError):
        harm(**late, crowding=50.0).assert_unnoticed()


def test_who_waits_for_a_core_is_crowded():
    assert CpuTime(2.0, 1.0).since(CpuTime(1.0, 0.0)).crowding == 2.0
    assert CpuTime(0.0, 0.0).crowding == 1.0
