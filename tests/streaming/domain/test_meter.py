from __future__ import annotations

import pytest

from streaming.domain.meter import Meter


@pytest.fixture
def meter():
    return Meter(window_s=2.0)


def rates(meter):
    return (round(meter.frames_per_s, 3), round(meter.bits_per_s, 3))


def test_nothing_came_nothing_is_shown(meter):
    assert rates(meter) == (0, 0)
    meter.note(100.0, 0, 0)
    assert rates(meter) == (0, 0)


def test_it_counts_frames_and_bits_per_second(meter):
    for half_s in range(20):
        meter.note(half_s / 2, 15 * half_s, 15_000 * half_s)
    assert rates(meter) == (30, 240_000)


def test_what_came_before_it_began_does_not_count(meter):
    meter.note(100.0, 5000, 5_000_000)
    meter.note(100.5, 5015, 5_015_000)
    assert rates(meter) == (30, 240_000)


def test_a_frame_counts_until_the_window_has_passed_over_it(meter):
    meter.note(10.0, 0, 0)
    meter.note(10.5, 2, 1000)
    meter.note(12.0, 2, 1000)
    assert rates(meter) == (1, 4000)
    meter.note(12.5, 2, 1000)
    assert rates(meter) == (0, 0)


def test_it_keeps_no_more_than_its_window(meter):
    for half_s in range(10_000):
        meter.note(half_s / 2, 0, 0)
    assert len(meter._notes) == 5
