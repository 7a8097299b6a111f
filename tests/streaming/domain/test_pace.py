from __future__ import annotations

import pytest

from streaming.domain.limits import Limit
from streaming.domain.pace import PATIENCE_S, Pace

START_S = 1000.0


def taken(pace, per_s, seconds, from_s=0.0, is_video=False, size_bytes=1000):
    """How many frames of a camera's are taken, and when it was given up."""
    count, given_up_s = 0, None
    for number in range(round(per_s * seconds)):
        now_s = START_S + from_s + number / per_s
        count += pace.exceeds(now_s, is_video=is_video, size_bytes=size_bytes) is None
        if given_up_s is None and pace.is_hopeless(now_s):
            given_up_s = now_s - START_S
    return count, given_up_s


@pytest.mark.parametrize("per_s", [1, 30, 45])
def test_a_camera_that_keeps_to_its_rate_loses_nothing(per_s):
    assert taken(Pace(45, 1e9), per_s, 60) == (60 * per_s, None)


def test_a_flood_is_cut_down_and_given_up():
    count, given_up_s = taken(Pace(45, 1e9), 530, 20)
    assert count == pytest.approx(45 * 22, abs=2)
    assert given_up_s == pytest.approx(PATIENCE_S, abs=0.3)


def test_pictures_and_video_have_a_rate_of_their_own():
    pace = Pace(45, 1e9)
    for number in range(600):
        now_s = START_S + number / 30
        for is_video in (True, False):
            assert pace.exceeds(now_s, is_video=is_video, size_bytes=1) is None


def test_what_was_held_up_for_a_while_may_come_at_once():
    pace = Pace(45, 1e9)
    taken(pace, 30, 10)
    assert taken(pace, 30_000, 0.003, from_s=13) == (90, None)


def test_bytes_are_counted_too():
    pace = Pace(45, 100_000)
    count, given_up_s = taken(pace, 30, 20, size_bytes=10_000)
    assert count == pytest.approx(10 * 22, abs=2)
    assert given_up_s == pytest.approx(PATIENCE_S, abs=1)
    assert pace.exceeds(START_S + 20, is_video=True, size_bytes=10_000) is Limit.CAMERA_BYTES_PER_S


def test_who_pauses_is_not_given_up():
    pace = Pace(45, 1e9)
    for begin_s in range(0, 60, 8):
        _, given_up_s = taken(pace, 530, 6.5, from_s=begin_s)
        assert given_up_s is None


def test_a_flood_that_has_ended_is_forgiven():
    pace = Pace(45, 1e9)
    taken(pace, 530, 9)
    assert not pace.is_hopeless(START_S + 60)
    assert taken(pace, 30, 60, from_s=60) == (1800, None)


def test_a_slow_camera_may_be_a_little_faster():
    assert taken(Pace(1.5, 1e9), 3, 30) == (90, None)
