"""The control channel: beats, reports, and what is wanted of a camera."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from streaming.backplane.clock import ServerClock
from streaming.domain.demand import LEASE_S, Want
from streaming.domain.liveness import State
from tests.streaming.frames import frame, video
from tests.streaming.publish.messages import SESSION
from tests.streaming.waiting import until

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("complaints")]


async def test_a_ping_is_answered_with_the_time_of_the_server(intake, device):
    before = ServerClock().now_ms()
    device.control.send(json.dumps({"type": "ping", "time": 12.5}))
    pong = await device.told("pong")
    assert pong["time"] == 12.5
    assert before - 1 <= pong["server_time"] <= ServerClock().now_ms() + 1


async def test_a_paused_camera_is_paused(intake, device):
    device.control.send(json.dumps({"type": "ping", "time": 1, "paused": "hidden"}))
    await device.told("pong")
    assert intake.state() is State.PAUSED


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        '{"type": "ping"}',
        '{"type": "ping", "time": 1e999}',
        '{"type": "ping", "time": NaN}',
        '{"type": "offer"}',
        '{"type": "\\ud800"}',
        '{"type": "ping.flood", "time": 1}',
        "[" * 16_000,
        " " * 20_000,
    ],
)
async def test_a_bad_control_message_is_counted_and_the_session_goes_on(intake, device, text):
    device.control.send(text)
    device.control.send(json.dumps({"type": "ping", "time": 2}))
    assert (await device.told("pong"))["time"] == 2
    intake.report()
    assert (await device.told("refused"))["count"] == 1


def say(device, kind, **fields):
    device.control.send(json.dumps({"type": kind, **fields}))


def wanted(jpeg=False, video=None):
    return {"jpeg": jpeg, "video": video, "protocol": 1}


async def test_a_camera_hears_what_is_wanted_as_soon_as_it_speaks(intake, device, demand):
    demand.add(Want(jpeg=True, video=(("vp8", "h264"),)), time.monotonic())
    say(device, "ping", time=1)
    assert await device.told("wanted") == wanted(jpeg=True)
    say(device, "encoders", codecs=["vp8"])
    assert await device.told("wanted") == wanted(jpeg=True, video="vp8")
    assert intake.wishes.codecs == ("vp8",)


async def test_a_camera_of_which_more_is_wanted_soon_hears_what_arrives(
    intake, device, demand, monkeypatch
):
    monkeypatch.setattr("streaming.publish.intake.EARLY_EVERY_S", 0.05)
    device.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    demand.add(Want(jpeg=True), time.monotonic())
    say(device, "ping", time=1)
    assert await device.told("wanted") == wanted(jpeg=True)
    await asyncio.sleep(0.06)
    device.frames.send(frame(SESSION, 2))
    # Nobody has reported: it was not asked for.
    assert (await device.told("received"))["frames"] == 2


async def test_what_nobody_wants_any_more_is_not_wanted(intake, device, demand):
    demand.add(Want(jpeg=True), time.monotonic() - LEASE_S + 0.2)
    say(device, "ping", time=1)
    assert await device.told("wanted") == wanted(jpeg=True)
    await asyncio.sleep(0.25)
    intake.tick()
    assert await device.told("wanted") == wanted()


async def test_frames_count_for_the_mean_while_more_than_stills_is_wanted(intake, device, demand):
    device.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    intake.tick()
    assert (intake.totals.wanted_s, intake.totals.wanted_frames) == (0.0, 0)
    demand.add(Want(jpeg=True), time.monotonic())
    intake.tick()
    before_s = intake.totals.wanted_s
    for sequence in (1, 2, 3):
        device.frames.send(video(SESSION, sequence, key=sequence == 1))
        device.frames.send(frame(SESSION, sequence + 1))
    await until(lambda: intake.totals.frames == 7)
    intake.tick()
    assert intake.totals.wanted_frames == 3
    assert intake.totals.wanted_s > before_s


async def test_a_camera_that_sends_no_still_lives_by_its_beat(intake, device):
    device.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 1)
    intake.frame_clock.frame(time.monotonic() - 60)
    assert intake.state() is State.LOST
    say(device, "ping", time=1)
    await device.told("pong")
    assert intake.state() is State.LIVE


async def test_a_camera_says_by_how_much_it_lowered_its_quality(intake, device):
    say(device, "report", captured=30, sent=30, skipped=0, encode_ms=4.0, level=2)
    await until(lambda: intake.level == 2)


@pytest.mark.parametrize(("said", "level"), [(1e308, 100), (-7, 0)])
async def test_a_report_of_what_cannot_be_does_no_harm(intake, device, said, level):
    device.control.send(json.dumps({"type": "report", "encode_ms": said, "level": said}))
    device.control.send('{"type": "ping", "time": 1}')
    await device.told("pong")
    assert intake.level == level
    assert 0 <= intake.encode_ms <= 60_000


@pytest.mark.parametrize("codecs", [None, "vp8", ["vp8", 7], ["vp8"] * 17])
async def test_encoders_that_are_no_list_of_names_are_refused(intake, device, codecs):
    say(device, "encoders", codecs=codecs)
    say(device, "ping", time=2)
    await device.told("pong")
    intake.report()
    assert (await device.told("refused"))["reason"] == "control"
    assert intake.wishes.codecs == ()
