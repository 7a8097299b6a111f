from __future__ import annotations

import pytest

from streaming.domain.codecs import VIDEO_CODECS
from streaming.domain.demand import LEASE_S, Demand, Want, Wanted
from streaming.domain.wishes import KEY_EVERY_S, Wishes

BOTH = ("h264", "vp8")


@pytest.fixture
def said():
    return []


@pytest.fixture
def demand():
    return Demand()


@pytest.fixture
def wishes(demand, said):
    """Of a camera that encodes everything, and may."""
    wishes = Wishes(demand, "auto", said.append, lambda: said.append(KEY_FRAME))
    wishes.encoders = BOTH
    return wishes


def wanted(jpeg=False, video=None):
    return Wanted(jpeg, VIDEO_CODECS[video] if video else None)


KEY_FRAME = "key frame"


def test_a_camera_hears_what_is_wanted_as_its_way_opens(wishes, demand, said):
    demand.add(Want(jpeg=True), 0.0)
    wishes.update(0.0)
    assert said == []
    wishes.open(1.0)
    assert said == [wanted(jpeg=True)]


def test_a_camera_that_nobody_watches_hears_it_too(wishes, said):
    wishes.open(0.0)
    wishes.open(0.5)
    assert said == [wanted()]
    assert wishes.is_idle


def test_then_it_hears_of_each_change_once(wishes, demand, said):
    wishes.open(0.0)
    demand.add(Want(video=(BOTH,)), 1.0)
    wishes.update(1.0)
    demand.add(Want(video=(BOTH,)), 2.0)
    wishes.update(2.0)
    wishes.update(2.0 + LEASE_S)
    assert said == [wanted(), wanted(video="h264"), wanted()]


def test_a_change_of_the_setting_is_a_change(wishes, demand, said):
    demand.add(Want(video=(BOTH,)), 0.0)
    wishes.open(0.0)
    wishes.setting = "vp8"
    wishes.update(1.0)
    wishes.setting = "jpeg"
    wishes.update(2.0)
    assert said == [wanted(video="h264"), wanted(video="vp8"), wanted(jpeg=True)]
    assert wishes.codecs == ()


def test_who_waits_for_a_key_frame_has_it_asked_for_at_once(wishes, said):
    wishes.need_key(0.0)
    assert said == [KEY_FRAME]


def test_a_camera_is_asked_for_one_at_most_once_a_second_and_nobody_is_forgotten(wishes, said):
    for tenth in range(10):
        wishes.need_key(tenth / 10)
    assert said == [KEY_FRAME]
    wishes.update(KEY_EVERY_S)
    assert said == [KEY_FRAME, KEY_FRAME]
    wishes.update(2 * KEY_EVERY_S)
    assert said == [KEY_FRAME, KEY_FRAME]


def test_a_key_frame_that_came_is_asked_for_no_more(wishes, said):
    wishes.need_key(0.0)
    wishes.need_key(0.5)
    wishes.got_key()
    wishes.update(KEY_EVERY_S)
    assert said == [KEY_FRAME]
