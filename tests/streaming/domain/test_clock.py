from __future__ import annotations

import math

import pytest

from streaming.domain.clock import OffsetEstimator


@pytest.fixture
def clock():
    return OffsetEstimator()


def test_it_knows_nothing_before_the_first_sample(clock):
    assert clock.offset is None
    assert clock.round_trip is None


def test_it_takes_the_answer_to_be_from_the_middle_of_the_round_trip(clock):
    clock.add(1000, 5010, 1020)
    assert clock.offset == 4000
    assert clock.round_trip == 20


def test_the_other_clock_may_be_behind(clock):
    clock.add(1000, 10, 1020)
    assert clock.offset == -1000


def test_the_shortest_round_trip_wins(clock):
    clock.add(0, 1000, 200)
    clock.add(300, 1305, 310)
    clock.add(400, 1500, 500)
    assert clock.offset == 1000


def test_it_forgets_all_but_the_last_eight_samples(clock):
    clock.add(0, 1, 2)
    for _ in range(8):
        clock.add(100, 250, 200)
    assert clock.offset == 100


@pytest.mark.parametrize("received", [5, math.nan])
def test_it_ignores_an_answer_that_did_not_come_after_the_question(clock, received):
    clock.add(10, 100, received)
    assert clock.offset is None
