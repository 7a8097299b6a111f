from __future__ import annotations

import math
import random

import pytest

from streaming.domain.clock import OffsetEstimator, Sample

HOUR_MS = 3_600_000.0
#: Of what the estimate may be off on one machine.
MAX_ERROR_MS = 10.0


@pytest.fixture
def clock():
    return OffsetEstimator()


def largest_error(skew, drift, interval_ms):
    """In half an hour of pings from a device to a server whose clock shows the true time."""
    chance = random.Random(1)
    clock = OffsetEstimator()
    largest = 0.0
    for step in range(int(HOUR_MS / 2 / interval_ms)):
        now = step * interval_ms
        there, back = (0.3 + chance.expovariate(0.5) for _ in range(2))
        sent, received = (at * (1 + drift) + skew for at in (now, now + there + back))
        if clock.offset is not None:
            largest = max(largest, abs(sent + clock.offset - now))
        clock.add(Sample(sent, now + there, received))
    return largest


def test_it_knows_nothing_before_the_first_sample(clock):
    assert clock.offset is None
    assert clock.leap(Sample(0, HOUR_MS, 1)) == 0


def test_it_takes_the_answer_to_be_from_the_middle_of_the_round_trip(clock):
    clock.add(Sample(1000, 5010, 1020))
    assert clock.offset == 4000


def test_the_other_clock_may_be_behind(clock):
    clock.add(Sample(1000, 10, 1020))
    assert clock.offset == -1000


def test_the_shortest_round_trip_wins(clock):
    clock.add(Sample(0, 1000, 200))
    clock.add(Sample(300, 1305, 310))
    clock.add(Sample(400, 1500, 500))
    assert clock.offset == 1000


def test_a_sample_grows_old_and_a_longer_round_trip_may_be_worth_more_then(clock):
    clock.add(Sample(0, 1, 2))
    clock.add(Sample(10_000, 10_008, 10_010))
    assert clock.offset == 3


@pytest.mark.parametrize("received", [5, math.nan])
def test_it_ignores_an_answer_that_did_not_come_after_the_question(clock, received):
    clock.add(Sample(10, 100, received))
    assert clock.offset is None


@pytest.mark.parametrize("set_by", [-HOUR_MS, HOUR_MS])
def test_a_sample_that_contradicts_the_other_means_that_a_clock_has_leapt(clock, set_by):
    clock.add(Sample(0, 1, 2))
    leapt = Sample(500, set_by + 550, 600)
    assert clock.leap(leapt) == set_by
    clock.add(leapt)
    assert clock.offset == set_by


def test_what_may_be_the_way_there_and_back_is_no_leap(clock):
    clock.add(Sample(0, 1, 2))
    assert clock.leap(Sample(500, 600, 600)) == 0


@pytest.mark.parametrize("skew", [-HOUR_MS, 0, HOUR_MS])
@pytest.mark.parametrize("drift", [-0.0001, 0, 0.0001])
@pytest.mark.parametrize("interval_ms", [500, 10_000])
def test_a_clock_that_is_off_and_drifts_is_read_well(skew, drift, interval_ms):
    assert largest_error(skew, drift, interval_ms) <= MAX_ERROR_MS
