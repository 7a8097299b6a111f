from __future__ import annotations

import pytest

from streaming.domain.liveness import LOST_AFTER_S, FrameClock, Pause, State


@pytest.fixture
def camera():
    return FrameClock(100.0)


def test_a_camera_without_a_frame_is_connecting(camera):
    camera.beat(101.0, pause=None)
    assert camera.state(101.0) is State.CONNECTING


def test_a_frame_makes_it_live(camera):
    camera.frame(101.0)
    assert camera.state(101.0) is State.LIVE


def test_silence_makes_it_lost(camera):
    camera.frame(101.0)
    assert camera.state(101.0 + LOST_AFTER_S - 0.01) is State.LIVE
    assert camera.state(101.0 + LOST_AFTER_S) is State.LOST


def test_a_camera_that_never_said_anything_is_lost_too(camera):
    assert camera.state(100.0 + LOST_AFTER_S) is State.LOST


def test_beats_keep_it_alive_between_frames(camera):
    camera.frame(101.0)
    camera.beat(102.5, pause=None)
    assert camera.state(103.5) is State.LIVE


def test_a_paused_beat_pauses_and_the_next_frame_ends_the_pause(camera):
    camera.frame(101.0)
    camera.beat(101.5, pause=Pause.HIDDEN)
    assert camera.state(101.6) is State.PAUSED
    camera.frame(102.0)
    assert camera.state(102.0) is State.LIVE


def test_a_beat_without_pause_ends_the_pause(camera):
    camera.beat(101.0, pause=Pause.HIDDEN)
    camera.beat(101.5, pause=None)
    assert camera.state(101.5) is State.CONNECTING


def test_lost_counts_more_than_paused(camera):
    camera.beat(101.0, pause=Pause.HIDDEN)
    assert camera.state(101.0 + LOST_AFTER_S) is State.LOST


def test_a_lost_camera_lives_again_by_its_next_frame(camera):
    camera.frame(101.0)
    camera.frame(150.0)
    assert camera.state(150.1) is State.LIVE


def test_it_says_for_how_long_nothing_came(camera):
    camera.frame(101.0)
    camera.beat(103.0, pause=None)
    assert camera.silent_s(110.5) == 7.5


def test_it_says_why_nothing_is_sent(camera):
    camera.beat(101.0, pause=Pause.UNPLUGGED)
    assert camera.pause is Pause.UNPLUGGED


def test_a_pause_for_a_reason_that_only_newer_cameras_know_is_a_pause():
    assert Pause("asleep") is Pause.OTHER


def test_a_time_in_which_nobody_listened_is_no_silence(camera):
    camera.frame(10.0)
    camera.leave_out(30.0)
    assert camera.state(40.5) is State.LIVE
    assert camera.state(42.0) is State.LOST
