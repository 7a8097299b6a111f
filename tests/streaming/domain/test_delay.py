from __future__ import annotations

import pytest

from streaming.domain.delay import Delay


@pytest.fixture
def delay():
    return Delay()


def second(delay, *delays_ms):
    for delay_ms in delays_ms:
        delay.add(delay_ms)
    delay.next_second()
    return delay.mean_ms, delay.queued_ms


def test_nothing_came_nothing_is_late(delay):
    assert second(delay) == (0, 0)


def test_it_says_the_mean_of_a_second_and_how_far_it_is_above_the_shortest_way(delay):
    assert second(delay, 10, 20, 30) == (20, 10)
    assert second(delay, 110, 120) == (115, 105)


def test_a_second_without_frames_changes_nothing(delay):
    assert second(delay, 10, 20) == second(delay) == (15, 5)


def test_clocks_that_part_slowly_look_like_no_queue(delay):
    for drift_ms in range(1000):
        second(delay, 10 + drift_ms / 10, 11 + drift_ms / 10)
    assert delay.queued_ms < 7


def test_a_clock_that_is_behind_makes_no_queue(delay):
    assert second(delay, -500, -490) == (-495, 5)
