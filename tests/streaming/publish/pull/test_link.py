from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.domain.codecs.jpeg import JPEG
from streaming.domain.codecs.vp8 import VP8
from streaming.domain.demand import Want
from streaming.domain.wire import Rendition
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.link import MAX_BROKEN, PullLink
from streaming.publish.pull.media import Picture, SourceError
from tests.streaming.frames import HEIGHT, KEY_CHUNK, PICTURE, WIDTH

DELTA = b"\0\0\0\1\x41delta"


@pytest.fixture
def taken(make_intake, demand, monkeypatch):
    """A link, and the frames that went on."""
    intake = make_intake(send=lambda text: None, max_message_bytes=wire.MAX_MESSAGE_BYTES)
    frames: list[wire.Frame] = []
    monkeypatch.setattr(intake, "_pass_on", frames.append)
    return PullLink(intake, lambda: time.time() * 1000, 30), frames, intake, demand


def picture(codec=JPEG, data=PICTURE, key=True, age_s=0.0):
    now_s = time.monotonic()
    return Picture(codec, data, key, now_s - age_s, now_s - age_s)


def wants(intake, demand, **want):
    demand.add(Want(**want), time.monotonic())
    intake.wishes.update(time.monotonic())


async def test_nobody_watches_and_one_still_a_second_goes_on(taken):
    link, frames, intake, _ = taken
    for _ in range(30):
        link.take(picture())
    [still] = frames
    assert (still.rendition, still.width, still.height) == (Rendition.STILL, WIDTH, HEIGHT)
    assert intake.frame_clock.silent_s(time.monotonic()) < 1


async def test_somebody_watches_and_they_go_on_at_the_cameras_rate(taken):
    link, frames, intake, demand = taken
    wants(intake, demand, jpeg=True)
    link.take(picture())
    link.take(picture())
    assert [each.rendition for each in frames] == [Rendition.JPEG]
    assert frames[0].sequence == 1


async def test_the_time_of_capture_is_that_of_the_picture(taken):
    link, frames, _, _ = taken
    link.take(picture(age_s=0.4))
    assert time.time() * 1000 - frames[0].captured_at == pytest.approx(400, abs=100)


async def test_video_begins_with_a_key_frame_and_only_while_it_is_wanted(taken):
    link, frames, intake, demand = taken
    link.take(picture(H264, KEY_CHUNK))
    link.take(picture(H264, DELTA, key=False))
    assert frames == []
    wants(intake, demand, video=(("h264",),))
    link.take(picture(H264, DELTA, key=False))
    assert frames == []
    link.take(picture(H264, KEY_CHUNK))
    link.take(picture(H264, DELTA, key=False))
    assert [(each.rendition, each.key, each.sequence) for each in frames] == [
        (Rendition.VIDEO, True, 1),
        (Rendition.VIDEO, False, 2),
    ]


async def test_what_is_too_large_or_broken_is_refused_and_counted(taken):
    link, frames, intake, demand = taken
    wants(intake, demand, jpeg=True)
    link.take(picture(data=PICTURE + bytes(wire.MAX_MESSAGE_BYTES)))
    link._picture_due_s = 0.0
    link.take(picture(data=PICTURE[:-20]))
    assert frames == []
    assert set(intake.refused) == {"too_large", "jpeg"}


async def test_a_detached_link_hands_on_nothing(taken):
    link, frames, _, _ = taken
    await link.opened()
    await link.close()
    link.take(picture())
    assert link.closed.is_set()
    assert frames == []


def encoded(**options):
    output = io.BytesIO()
    Image.new("RGB", options.pop("size", (WIDTH, HEIGHT))).save(output, "JPEG", **options)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (encoded(progressive=True), SourceErrorCode.CODEC),
        (encoded(size=(wire.MAX_SIDE + 8, 8)), SourceErrorCode.TOO_LARGE),
    ],
)
async def test_what_nobody_will_ever_be_shown_is_said_at_once(taken, data, code):
    with pytest.raises(SourceError) as raised:
        taken[0].take(picture(data=data))
    assert raised.value.code is code


async def test_one_broken_picture_is_left_out_and_many_are_said(taken):
    link, _, _, _ = taken
    for _ in range(MAX_BROKEN - 1):
        link.take(picture(data=b"\xff\xd8broken"))
    link.take(picture())
    for _ in range(MAX_BROKEN - 1):
        link.take(picture(data=b"\xff\xd8broken"))
    with pytest.raises(SourceError) as raised:
        link.take(picture(data=b"\xff\xd8broken"))
    assert raised.value.code is SourceErrorCode.MALFORMED


async def test_a_codec_that_is_not_shown_is_said(taken):
    with pytest.raises(SourceError) as raised:
        taken[0].take(picture(VP8, b"vp8"))
    assert raised.value.code is SourceErrorCode.CODEC
