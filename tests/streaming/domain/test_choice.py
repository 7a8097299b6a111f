from __future__ import annotations

import pytest

from streaming.domain.choice import FIRST_REST_S, FORGIVEN_AFTER_S, LAGS, LONGEST_REST_S, Choice
from streaming.domain.wire import Rendition

BOTH = ("h264", "vp8")


@pytest.fixture
def choice():
    choice = Choice()
    choice.codecs = BOTH
    return choice


def wish(choice, offered=BOTH, flowing="", now_s=0.0):
    return choice.wish(offered, flowing, now_s)


def lag(choice, now_s):
    for _ in range(LAGS):
        choice.lagged(now_s)


def test_who_decodes_video_gets_it(choice):
    assert wish(choice) is Rendition.VIDEO


@pytest.mark.parametrize("codecs", [(), ("av1",)])
def test_who_decodes_none_of_it_gets_jpeg(choice, codecs):
    choice.codecs = codecs
    assert wish(choice) is Rendition.JPEG


@pytest.mark.parametrize("codecs", [("vp8", "h264"), ("h264", "vp8", "h264"), ("x", *BOTH * 7)])
def test_viewers_who_decode_the_same_want_the_same_however_they_say_it(choice, codecs):
    choice.codecs = codecs
    assert choice.video(BOTH, 0.0) == BOTH


def test_a_camera_without_video_gives_jpeg(choice):
    assert wish(choice, offered=()) is Rendition.JPEG


def test_video_for_others_in_another_codec_means_jpeg(choice):
    choice.codecs = ("vp8",)
    assert wish(choice, flowing="h264") is Rendition.JPEG
    assert choice.video(BOTH, 0.0) == ("vp8",)


@pytest.mark.parametrize(
    ("asked", "gets"),
    [("still", Rendition.STILL), ("jpeg", Rendition.JPEG), ("video", Rendition.VIDEO)],
)
def test_one_gets_what_one_asks_for(choice, asked, gets):
    choice.asked = asked
    assert wish(choice) is gets
    assert bool(choice.video(BOTH, 0.0)) is (gets is Rendition.VIDEO)


def test_video_that_cannot_be_had_is_jpeg_though_it_is_asked_for(choice):
    choice.asked, choice.codecs = "video", ()
    assert wish(choice) is Rendition.JPEG


def test_who_cannot_keep_up_gets_stills_for_a_while(choice):
    lag(choice, 100)
    assert wish(choice, now_s=100) is Rendition.STILL
    assert choice.video(BOTH, 100) == ()
    assert wish(choice, now_s=100 + FIRST_REST_S) is Rendition.VIDEO


def test_now_and_then_a_break_is_no_matter(choice):
    for minute in range(10):
        choice.lagged(60.0 * minute)
        assert wish(choice, now_s=60.0 * minute) is Rendition.VIDEO


def test_who_fails_again_and_again_rests_longer_but_not_for_ever(choice):
    now_s, rests = 100.0, []
    for _ in range(6):
        lag(choice, now_s)
        until_s = now_s
        while wish(choice, now_s=until_s) is Rendition.STILL:
            until_s += 1
        rests.append(until_s - now_s)
        now_s = until_s
    assert rests[:3] == [FIRST_REST_S, 2 * FIRST_REST_S, 4 * FIRST_REST_S]
    assert rests[-1] == LONGEST_REST_S


def test_what_went_well_for_long_is_forgiven(choice):
    lag(choice, 100)
    lag(choice, 120)
    later = 120 + 2 * FIRST_REST_S + FORGIVEN_AFTER_S + 1
    lag(choice, later)
    assert wish(choice, now_s=later + FIRST_REST_S) is Rendition.VIDEO


def test_video_that_one_insists_on_is_not_taken_away(choice):
    choice.asked = "video"
    lag(choice, 100)
    assert wish(choice, now_s=100) is Rendition.VIDEO
