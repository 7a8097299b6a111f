from __future__ import annotations

import pytest

from streaming.domain import wire
from streaming.domain.backlog import MAX_BYTES, MAX_FRAMES, Backlog
from tests.streaming.frames import frame, video


@pytest.fixture
def backlog():
    return Backlog()


def put(backlog, *messages):
    return sum(backlog.put(wire.unpack(message)) for message in messages)


def picture(number):
    return frame(7, number, captured_at=float(number))


def chain(first, last):
    """A key frame and those that build on it."""
    return [video(7, number, key=number == first) for number in range(first, last + 1)]


def taken(backlog):
    messages = []
    while backlog:
        messages.append(backlog.take())
    return messages


def test_of_pictures_the_newest_waits(backlog):
    put(backlog, picture(1), picture(2))
    assert taken(backlog) == [picture(2)]


def test_video_waits_in_its_order_and_whole(backlog):
    assert put(backlog, *chain(1, 10)) == 0
    assert taken(backlog) == chain(1, 10)
    assert not backlog.needs_key


def test_a_picture_lets_video_go_first(backlog):
    put(backlog, picture(1), *chain(1, 2))
    assert taken(backlog) == [*chain(1, 2), picture(1)]


def test_too_much_video_breaks_the_chain_until_the_next_key_frame(backlog):
    assert put(backlog, *chain(1, MAX_FRAMES)) == 0
    assert put(backlog, video(7, MAX_FRAMES + 1)) == MAX_FRAMES + 1
    assert backlog.needs_key
    assert put(backlog, video(7, MAX_FRAMES + 2)) == 1
    assert not backlog
    assert put(backlog, *chain(20, 22)) == 0
    assert taken(backlog) == chain(20, 22)
    assert not backlog.needs_key


def test_a_key_frame_that_finds_no_room_takes_the_place_of_all_others(backlog):
    put(backlog, *chain(1, MAX_FRAMES))
    assert put(backlog, video(7, 20, key=True)) == MAX_FRAMES
    assert taken(backlog) == [video(7, 20, key=True)]
    assert not backlog.needs_key


def test_its_bytes_are_bounded_too(backlog):
    large = video(7, 1, key=True) + bytes(wire.MAX_MESSAGE_BYTES // 2)
    fitting = MAX_BYTES // len(large)
    assert put(backlog, *[large] * fitting) == 0
    assert put(backlog, large) == fitting
    assert taken(backlog) == [large]


def test_room_is_there_again_when_frames_were_taken(backlog):
    for number in range(1, 5 * MAX_FRAMES):
        assert put(backlog, video(7, number, key=number == 1)) == 0
        assert taken(backlog) == [video(7, number, key=number == 1)]


def test_whoever_could_not_hand_a_frame_on_breaks_the_chain(backlog):
    put(backlog, *chain(1, 3))
    backlog.take()
    assert backlog.break_off() == 2
    assert backlog.needs_key
    assert put(backlog, video(7, 4)) == 1
    assert put(backlog, video(7, 5, key=True)) == 0


def test_pictures_go_on_though_the_chain_is_broken(backlog):
    backlog.break_off()
    put(backlog, picture(1))
    assert taken(backlog) == [picture(1)]


def test_there_is_nothing_to_take_from_an_empty_one(backlog):
    with pytest.raises(IndexError):
        backlog.take()
