from __future__ import annotations

import pytest

from streaming.domain.capture_clock import OFF_PICTURES, REMEMBERED_S, CaptureClock


@pytest.fixture
def clock():
    return CaptureClock()


def test_the_quickest_picture_says_when_the_others_were_captured(clock):
    delays = [0.2, 0.1, 0.3, 0.5]
    captured = [clock.captured_s(1000 + at, at + delay) for at, delay in enumerate(delays)]
    assert captured == pytest.approx([0.2, 1.1, 2.1, 3.1])


def test_the_quickest_one_is_forgotten_after_a_minute(clock):
    clock.captured_s(0, 0.1)
    clock.captured_s(1, 1.4)
    late_s = REMEMBERED_S + 1
    assert clock.captured_s(late_s, late_s + 0.4) == pytest.approx(late_s + 0.4)


def test_one_wrong_time_is_left_out(clock):
    clock.captured_s(0, 0.1)
    assert clock.captured_s(100, 1.1) == 1.1
    assert clock.captured_s(2, 2.3) == pytest.approx(2.1)
    assert clock.jumps == 0


@pytest.mark.parametrize("offset_s", [1000, -1000])
def test_a_clock_that_was_set_begins_another_timeline(clock, offset_s):
    clock.captured_s(2000, 0)
    captured = [clock.captured_s(2000 + offset_s + at, at + 0.2) for at in range(1, 5)]
    assert clock.jumps == 1
    assert captured == pytest.approx([at + 0.2 for at in range(1, 5)])
    assert OFF_PICTURES == 3


def test_pictures_that_come_close_together_are_remembered_as_one(clock):
    clock.captured_s(0, 0.1)
    assert clock.captured_s(0.01, 0.21) == pytest.approx(0.11)
