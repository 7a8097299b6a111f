from __future__ import annotations

import pytest

from cameras import models
from streaming.domain.codecs import CODECS, VIDEO_CODECS
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.vp8 import VP8
from streaming.domain.demand import AUTO, LEASE_S, Demand, Want, Wanted, permitted

BOTH = ("h264", "vp8")
VP8_ONLY = ("vp8",)
H264_ONLY = ("h264",)


def wanted(*wants, setting="auto", encoders=BOTH):
    demand = Demand()
    for want in wants:
        demand.add(want, 0.0)
    return demand.wanted(1.0, setting, encoders)


def test_nobody_wants_anything():
    assert wanted() == Wanted(jpeg=False, video=None)


def test_video_goes_by_the_name_of_its_codec():
    assert Wanted(video=H264).video_name == "h264"
    assert Wanted(jpeg=True).video_name == ""


def test_a_viewer_without_video_gets_jpeg():
    assert wanted(Want(jpeg=True)) == Wanted(jpeg=True)


def test_h264_flows_where_every_viewer_decodes_it():
    assert wanted(Want(video=(BOTH, H264_ONLY))) == Wanted(video=H264)


def test_vp8_flows_as_soon_as_one_viewer_decodes_nothing_else():
    assert wanted(Want(video=(BOTH,)), Want(video=(VP8_ONLY,))) == Wanted(video=VP8)


def test_a_codec_that_the_camera_does_not_encode_does_not_flow():
    assert wanted(Want(video=(BOTH,)), encoders=VP8_ONLY) == Wanted(video=VP8)
    assert wanted(Want(video=(BOTH,)), encoders=("av1",)) == Wanted(jpeg=True)


def test_viewers_with_no_codec_in_common_get_jpeg():
    assert wanted(Want(video=(H264_ONLY, VP8_ONLY))) == Wanted(jpeg=True)


def test_who_decodes_none_of_the_cameras_codecs_gets_jpeg():
    assert wanted(Want(video=((),))) == Wanted(jpeg=True)


def test_jpeg_flows_beside_video_for_those_who_want_it():
    assert wanted(Want(jpeg=True, video=(BOTH,))) == Wanted(jpeg=True, video=H264)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("jpeg", Wanted(jpeg=True)),
        ("h264", Wanted(video=H264)),
        ("vp8", Wanted(video=VP8)),
    ],
)
def test_the_cameras_setting_decides_the_codec(setting, expected):
    assert wanted(Want(video=(BOTH,)), setting=setting) == expected


def test_a_set_codec_flows_for_some_and_jpeg_for_the_others():
    some = wanted(Want(video=(BOTH, VP8_ONLY)), setting="h264")
    assert some == Wanted(jpeg=True, video=H264)
    assert wanted(Want(video=(VP8_ONLY,)), setting="h264") == Wanted(jpeg=True)


def test_a_want_ends_five_seconds_after_it_was_last_said():
    demand = Demand()
    demand.add(Want(jpeg=True, video=(BOTH,)), 0.0)
    demand.add(Want(jpeg=True), 2.0)
    assert demand.wanted(4.9, "auto", BOTH) == Wanted(jpeg=True, video=H264)
    assert demand.wanted(LEASE_S, "auto", BOTH) == Wanted(jpeg=True)
    assert demand.wanted(2.0 + LEASE_S - 0.1, "auto", BOTH) != Wanted()
    assert demand.wanted(2.0 + LEASE_S, "auto", BOTH) == Wanted()


def test_the_codec_follows_as_viewers_come_and_go():
    demand = Demand()
    codecs = []
    for now_s in range(0, 16, 2):
        demand.add(Want(video=(BOTH, VP8_ONLY) if 4 <= now_s <= 6 else (BOTH,)), now_s)
        codecs.append(demand.wanted(now_s, "auto", BOTH).video)
    assert codecs == [H264] * 2 + [VP8] * 4 + [H264] * 2


def test_what_a_camera_may_send_is_what_it_encodes_and_its_setting_admits():
    assert permitted("auto", ("vp8", "h264", "av1")) == BOTH
    assert permitted("vp8", BOTH) == VP8_ONLY
    assert permitted("vp8", H264_ONLY) == permitted("jpeg", BOTH) == ()


def test_the_catalogue_knows_each_codec():
    assert {AUTO, *(codec.name for codec in CODECS)} == set(models.Codec.values)
    assert set(VIDEO_CODECS) == set(BOTH)
