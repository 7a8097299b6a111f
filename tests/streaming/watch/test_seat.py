from __future__ import annotations

import pytest

from streaming.domain.wire import MAX_MESSAGE_BYTES, Rendition
from streaming.watch.seat import (
    MAX_WAITING,
    MAX_WAITING_BYTES,
    VIDEO_STALLS_S,
    Outgoing,
    Seat,
)
from tests.streaming.frames import frame, video


@pytest.fixture
def seat():
    """Of a viewer who sees H.264, and takes nothing by himself."""
    seat = Seat(lambda _: None)
    seat.choice.codecs = ("h264",)
    seat.wish = Rendition.VIDEO
    return seat


def picture(sequence):
    return Outgoing(frame(7, sequence))


def chunk(sequence, *, key=False, size=0):
    return Outgoing(video(7, sequence, key=key).ljust(size, b"x"))


def taken(seat, now_s):
    return [frame.order[1] for frame in seat.take(now_s)]


def test_pictures_make_way_for_video(seat):
    seat.picture(picture(1), 100.0)
    seat.video(chunk(1, key=True), 100.1)
    seat.picture(picture(2), 100.2)
    assert [frame.is_video for frame in seat.take(100.3)] == [True]


def test_who_wishes_video_sees_pictures_while_none_flows(seat):
    seat.video(chunk(1, key=True), 100.0)
    assert taken(seat, 100.0) == [1]
    seat.picture(picture(11), 99.9 + VIDEO_STALLS_S)
    assert taken(seat, 102.0) == []
    seat.picture(picture(12), 100.1 + VIDEO_STALLS_S)
    seat.picture(picture(13), 100.2 + VIDEO_STALLS_S)
    assert taken(seat, 103.0) == [13]
    assert not seat.video(chunk(2), 103.1), "its chain is broken"
    assert seat.video(chunk(3, key=True), 103.2)
    assert taken(seat, 103.3) == [3]


def test_video_in_a_codec_that_the_viewer_does_not_decode_is_not_for_him(seat):
    seat.choice.codecs = ("vp8",)
    assert seat.video(chunk(1, key=True), 100.0), "no key frame would help"
    assert seat.video(chunk(2), 100.0)
    assert taken(seat, 100.1) == []


def test_a_viewer_may_catch_up_with_a_chain_of_any_length(seat):
    seat.begin([chunk(sequence, key=sequence == 1) for sequence in range(1, 31)], 100.0)
    for sequence in range(31, 31 + MAX_WAITING):
        assert seat.video(chunk(sequence), 100.0)
    assert taken(seat, 100.5) == list(range(1, 31 + MAX_WAITING))


def test_who_takes_nothing_in_while_catching_up_goes_on_at_a_key_frame(seat):
    seat.begin([chunk(1, key=True), chunk(2)], 100.0)
    for sequence in range(3, 3 + MAX_WAITING):
        assert seat.video(chunk(sequence), 100.0)
    assert not seat.video(chunk(3 + MAX_WAITING), 100.0)
    assert taken(seat, 100.5) == []


def test_what_waits_for_a_viewer_is_bounded_after_catching_up_too(seat):
    seat.begin([chunk(sequence, key=sequence == 1) for sequence in range(1, 31)], 100.0)
    seat.take(100.0)
    for sequence in range(31, 31 + MAX_WAITING):
        assert seat.video(chunk(sequence), 100.0)
    assert not seat.video(chunk(31 + MAX_WAITING), 100.0)


@pytest.mark.parametrize(("more", "goes_on"), [(0, True), (1, False)])
def test_video_that_waits_is_bounded_by_its_bytes(seat, more, goes_on):
    seat.video(chunk(1, key=True, size=MAX_WAITING_BYTES - 100), 100.0)
    assert seat.video(chunk(2, size=100 + more), 100.1) is goes_on


def test_a_large_key_frame_waits_with_what_builds_on_it(seat):
    seat.video(chunk(1, key=True, size=600_000), 100.0)
    for sequence in range(2, 6):
        assert seat.video(chunk(sequence, size=20_000), 100.1)
    assert taken(seat, 100.2) == [1, 2, 3, 4, 5]


def test_the_largest_frame_waits_alone(seat):
    assert seat.video(chunk(1, key=True, size=MAX_MESSAGE_BYTES), 100.0)
    assert taken(seat, 100.1) == [1]
    assert seat.video(chunk(2, size=MAX_MESSAGE_BYTES), 100.2)
    assert not seat.video(chunk(3), 100.3)
    assert taken(seat, 100.4) == []
