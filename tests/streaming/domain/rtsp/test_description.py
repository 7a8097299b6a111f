from __future__ import annotations

import pytest

from streaming.domain.rtsp import description
from streaming.domain.rtsp.description import Malformed, NoVideo, OtherCodec, joined

BASE = "rtsp://camera:554/live"
H264 = """v=0
s=camera
a=range:npt=now-
o=- 0 0 IN IP4 192.168.1.9
a=control:*
m=audio 0 RTP/AVP 0
a=control:trackID=2
m=video 0 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1; profile-level-id=64001f; sprop-parameter-sets=Z0IAHg==,aM48gA
a=control:trackID=1
"""
H265 = """v=0
m=video 0 RTP/AVP 26 97
a=rtpmap:97 H265/90000
a=fmtp:97 sprop-pps=RAE=; sprop-vps=QAE=;sprop-sps=QgE=
"""


def test_the_video_of_a_camera_is_found_behind_its_sound():
    video = description.video(H264, BASE)
    assert video == description.Video(
        codec="h264",
        payload_type=96,
        clock_rate=90_000,
        parameter_sets=(b"\x67\x42\x00\x1e", b"\x68\xce\x3c\x80"),
        url=f"{BASE}/trackID=1",
        session_url=BASE,
    )


def test_the_parameters_of_h265_come_in_the_order_that_decoders_want():
    video = description.video(H265, BASE)
    assert (video.codec, video.payload_type) == ("h265", 97)
    assert video.parameter_sets == (b"\x40\x01", b"\x42\x01", b"\x44\x01")
    assert video.url == BASE


def test_parameters_that_are_none_are_left_to_the_stream():
    assert description.video(H264.replace("Z0IAHg==", "???"), BASE).parameter_sets == (
        b"\x68\xce\x3c\x80",
    )


@pytest.mark.parametrize(
    "text",
    ["", "v=0\nm=audio 0 RTP/AVP 0\n", "m=\n", H264.replace("a=control:track", "a=inactive\n")],
)
def test_without_video_nothing_is_found(text):
    with pytest.raises(NoVideo):
        description.video(text, BASE)


@pytest.mark.parametrize("says", ["a=rtpmap:96 MP4V-ES/90000", "a=rtpmap:96 H264/0", "a=x"])
def test_video_in_another_codec_is_said(says):
    with pytest.raises(OtherCodec):
        description.video(H264.replace("a=rtpmap:96 H264/90000", says), BASE)


@pytest.mark.parametrize(
    ("base", "control", "url"),
    [
        (BASE, "", BASE),
        (f"{BASE}/", "*", f"{BASE}/"),
        (BASE, "trackID=1", f"{BASE}/trackID=1"),
        (f"{BASE}/", "trackID=1", f"{BASE}/trackID=1"),
        (f"{BASE}/", "trackID=1/", f"{BASE}/trackID=1/"),
        ("rtsp://h/cam?channel=1", "trackID=0", "rtsp://h/cam?channel=1/trackID=0"),
        (BASE, "/other/track", "rtsp://camera:554/other/track"),
        (BASE, "rtsp://10.0.0.9/track", "rtsp://10.0.0.9/track"),
        (BASE, "Straße 1", f"{BASE}/Stra%C3%9Fe%201"),
        (BASE, "a\r\nb", f"{BASE}/a%0D%0Ab"),
    ],
)
def test_addresses_are_joined_as_cameras_expect_it(base, control, url):
    assert joined(base, control) == url


@pytest.mark.parametrize(("base", "control"), [("nowhere", "/a"), (BASE, "a" * 3000)])
def test_what_is_no_address_is_refused(base, control):
    with pytest.raises(Malformed):
        joined(base, control)
