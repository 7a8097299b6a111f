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


def test_it_says_the_mean_of_a_second(delay):
    assert second(delay, 10, 20, 30)[0] == 20
    assert second(delay, 110, 120)[0] == 115


def test_of_a_queue_that_grows_it_says_how_far_the_newest_are_above_the_shortest_way(delay):
    second(delay, *[10] * 30)
    mean_ms, queued_ms = second(delay, *range(10, 610, 20))
    assert mean_ms == 300
    assert 400 < queued_ms < 580


def test_one_late_frame_is_no_queue(delay):
    assert second(delay, *[10] * 29, 410)[1] == 50


def test_a_second_without_frames_changes_nothing(delay):
    before = second(delay, 10, 20)
    assert second(delay) == before


def test_clocks_that_part_slowly_look_like_no_queue(delay):
    for drift_ms in range(1000):
        second(delay, 10 + drift_ms / 10, 11 + drift_ms / 10)
    assert delay.queued_ms < 7


def test_a_clock_that_is_behind_makes_no_queue(delay):
    mean_ms, queued_ms = second(delay, -500, -490)
    assert mean_ms == -495
    assert 0 < queued_ms < 10
