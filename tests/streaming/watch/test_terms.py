from __future__ import annotations

import pytest

from streaming.protocol.limits import MAX_FPS
from streaming.protocol.watch import Subscribe
from streaming.watch.seat import Seat
from streaming.watch.terms import Terms


def seat(**asked):
    """The seat of somebody who decodes H.264 and asks for this."""
    seat = Seat(lambda _seat: None)
    Terms.of(Subscribe(cameras=("front-door",), video=("h264",), **asked)).apply(seat)
    return seat


@pytest.mark.parametrize("fps", [None, MAX_FPS])
def test_who_takes_all_frames_gets_video(fps):
    assert seat(fps=fps).choice.codecs == ("h264",)


def test_who_wants_fewer_gets_no_video_of_which_no_frame_can_be_left_out():
    assert seat(fps=5).choice.codecs == ()


@pytest.mark.parametrize(("asked", "rendition"), [(None, "auto"), ("still", "still")])
def test_who_asks_for_no_rendition_leaves_the_choice_to_the_server(asked, rendition):
    assert seat(rendition=asked).choice.asked == rendition
