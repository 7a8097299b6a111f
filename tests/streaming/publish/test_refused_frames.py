"""Frames that break a rule or a limit, and what of a picture goes on."""

from __future__ import annotations

import io
import random

import pytest
from django.test import override_settings
from PIL import Image

from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.refusals import Refusals
from tests.streaming.frames import PICTURE, frame, video
from tests.streaming.publish.messages import PLACE, SESSION, broken, large, made_by_a_program
from tests.streaming.waiting import until

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("complaints")]


@pytest.mark.parametrize("size", [MAX_BROWSER_MESSAGE_BYTES - 1, MAX_BROWSER_MESSAGE_BYTES])
async def test_a_browser_sends_frames_up_to_its_bound(intake, device, size):
    device.frames.send(large(size))
    await until(lambda: intake.totals.frames == 1)
    assert intake.totals.bytes == size


async def test_a_way_in_without_a_browser_takes_frames_up_to_that_of_the_bus(make_intake):
    intake = make_intake(send=lambda text: None, max_message_bytes=wire.MAX_MESSAGE_BYTES)
    intake.frame(large(wire.MAX_MESSAGE_BYTES + 1))
    assert intake.refused == {"too_large": 1}
    intake.frame(large(wire.MAX_MESSAGE_BYTES))
    assert intake.totals.frames == 1


async def test_of_whatever_programs_make_the_picture_alone_goes_on(make_intake, monkeypatch):
    intake = make_intake(send=lambda text: None, frame_rate=100_000)
    passed: list[wire.Frame] = []
    monkeypatch.setattr(intake, "_pass_on", passed.append)
    generator = random.Random(15)
    count = 300
    for sequence in range(1, count + 1):
        payload, (width, height) = made_by_a_program(generator)
        message = broken(sequence=sequence, width=width, height=height, payload=payload)
        intake.frame(message)
        if passed and passed[-1].sequence == sequence:
            before, after = (Image.open(io.BytesIO(each)) for each in (payload, passed[-1].payload))
            assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
            assert PLACE not in passed[-1].message
            assert not after.getexif()
    # Nothing was refused but what is progressive, or of four colours.
    assert intake.refused == {"unsupported": count - len(passed)}
    assert count // 3 < len(passed) < count


async def test_what_comes_above_the_limits_is_dropped_counted_and_said(make_intake):
    said: list[str] = []
    refusals = Refusals()
    intake = make_intake(send=said.append, frame_rate=30, refusals=refusals)
    for sequence in range(1, 531):
        intake.frame(frame(SESSION, sequence))
    # Two seconds of them, and what came due meanwhile.
    assert 90 <= intake.totals.frames < 300
    dropped = 530 - intake.totals.frames
    assert refusals.total["frame_rate_percent"] == dropped
    intake.report()
    assert f'{{"type":"refused","reason":"frame_rate","count":{dropped}}}' in said
    # Video has a rate of its own.
    intake.frame(video(SESSION, 1, key=True))
    assert intake.totals.video_frames == 1


async def test_bytes_above_the_limit_are_dropped_whatever_they_are(make_intake):
    with override_settings(SKYSENTRY={"CAMERA_BYTES_PER_S": 100_000}):
        intake = make_intake(send=lambda text: None)
    for _ in range(5):
        intake.frame(large(MAX_BROWSER_MESSAGE_BYTES - 1))
    intake.frame(b"")
    assert intake.refused == {"bytes_per_s": 5, "empty": 1}


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "empty"),
        (b"\x01", "too_short"),
        (bytes(MAX_BROWSER_MESSAGE_BYTES + 1), "too_large"),
        (large(MAX_BROWSER_MESSAGE_BYTES + 1), "too_large"),
        (b"\x02" + frame(SESSION, 1)[1:], "version"),
        (broken(width=0), "size"),
        (broken(width=wire.MAX_SIDE + 1), "size"),
        (broken(width=65535, height=65535), "size"),
        (broken(captured_at=float("nan")), "captured_at"),
        (broken(session=SESSION + 1), "session"),
        (broken(payload=PICTURE[:-2]), "jpeg"),
        (broken(rendition=wire.Rendition.VIDEO, codec=H264), "video"),
        (frame(SESSION, 1).hex(), "text"),
    ],
)
async def test_a_frame_that_breaks_the_rules_is_refused_and_the_camera_told(
    intake, device, message, reason
):
    device.sctp._remote_max_message_size = 0
    device.frames.send(message)
    await until(lambda: intake.totals.dropped == 1)
    intake.report()
    assert await device.told("refused") == {"reason": reason, "count": 1}
    assert intake.refused == {reason: 1}
    assert intake.totals.frames == 0


async def test_a_refused_frame_does_not_end_the_session(intake, device):
    device.frames.send(b"?")
    device.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    intake.report()
    received = await device.told("received")
    assert (received["frames"], received["dropped"]) == (1, 1)
