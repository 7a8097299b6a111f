from __future__ import annotations

import pytest

from streaming.domain.meter import Meter


@pytest.fixture
def meter():
    return Meter(window_s=2.0)


def test_nothing_came_nothing_is_shown(meter):
    assert meter.frames_per_s(100.0) == 0
    assert meter.bits_per_s(100.0) == 0


def test_it_counts_frames_and_bits_per_second(meter):
    for frame in range(60):
        meter.add(frame / 30, 1000)
    assert meter.frames_per_s(1.99) == 30
    assert meter.bits_per_s(1.99) == 240_000


def test_a_frame_counts_until_the_window_has_passed_over_it(meter):
    meter.add(10.0, 1000)
    assert meter.bits_per_s(11.99) == 4000
    assert meter.bits_per_s(12.0) == 0
    assert meter.frames_per_s(12.0) == 0


def test_it_keeps_no_more_than_its_window(meter):
    for frame in range(10_000):
        meter.add(frame / 30, 1000)
    assert len(meter._samples) == 60
