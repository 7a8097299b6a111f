from __future__ import annotations

import pytest

from streaming.domain.capture_clock import OFF_PICTURES, REMEMBERED_S, CaptureClock


@pytest.fixture
def clock():
    return CaptureClock()


def test_the_quickest_picture_says_when_the_others_were_captured(clock):
    assert clock.captured_s(1000.0, 5.3) == pytest.approx(5.3)
    assert clock.captured_s(1000.1, 5.35) == pytest.approx(5.35)
    assert clock.captured_s(1000.2, 5.9) == pytest.approx(5.45)


def test_it_is_never_later_than_the_arrival(clock):
    for number, late_s in enumerate([0.3, 0.1, 0.2, 0.05, 0.4] * 20):
        arrived_s = number / 30 + late_s
        assert clock.captured_s(number / 30, arrived_s) <= arrived_s + 1e-9


def test_a_clock_that_drifts_is_followed_within_a_minute(clock):
    for number in range(int(3 * REMEMBERED_S)):
        captured_s = clock.captured_s(number * 0.999, float(number))
    assert number - captured_s == pytest.approx(0.001 * REMEMBERED_S, abs=0.01)


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0, 6.0, -2.0])
def test_a_clock_that_was_set_begins_another_timeline(clock, jump_s):
    for number in range(30):
        clock.captured_s(number / 10, number / 10 + 0.1)
    captured = [
        clock.captured_s(number / 10 + jump_s, number / 10 + 0.1) for number in range(30, 40)
    ]
    assert captured == [pytest.approx(number / 10 + 0.1) for number in range(30, 40)]
    assert clock.jumps == 1


def test_a_single_wrong_time_changes_nothing(clock):
    for number in range(30):
        clock.captured_s(number / 10, number / 10)
    for _ in range(OFF_PICTURES - 1):
        assert clock.captured_s(1e6, 3.0) == 3.0
    assert clock.captured_s(3.0, 3.2) == pytest.approx(3.0)
    assert clock.jumps == 0


def test_what_is_remembered_is_bounded(clock):
    for number in range(10_000):
        clock.captured_s(number / 30, number / 30 + number * 1e-5)
    assert len(clock._quickest) <= REMEMBERED_S + 1
