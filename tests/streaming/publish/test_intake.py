"""From a camera's data channels to the bus and the store, through everything between them."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest

from streaming.backplane.bus import FrameBus
from streaming.backplane.clock import ServerClock
from streaming.backplane.store import AsyncStore
from streaming.domain import wire
from streaming.domain.codecs.h264 import H264
from streaming.domain.demand import Want
from streaming.domain.liveness import State
from streaming.publish.intake import MAX_IN_FLIGHT, Totals
from tests.streaming.frames import HEIGHT, WIDTH, frame, video
from tests.streaming.parameters import key_frame
from tests.streaming.publish.messages import SESSION, broken
from tests.streaming.waiting import WITHIN_S, until

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("complaints")]


async def test_what_the_camera_sends_is_what_others_hear(intake, device):
    sent: list[bytes] = []
    async with aclosing(FrameBus().frames(intake.camera_id)) as frames:
        listening = asyncio.ensure_future(anext(frames))
        while not listening.done():
            sent.append(frame(SESSION, len(sent) + 1))
            device.frames.send(sent[-1])
            await asyncio.wait([listening], timeout=0.05)
        assert listening.result()[0] in sent


async def test_a_new_picture_is_stored_and_video_is_not(intake, device, redis):
    async def stored():
        await intake._writer.flush()
        return await AsyncStore(redis).image(intake.camera_id)

    device.frames.send(video(SESSION, 1, key=True))
    await until(lambda: intake.totals.frames == 1)
    assert await stored() is None
    device.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.frames == 2)
    image = await stored()
    assert wire.head_of(image.message).order == (SESSION, 1)


async def test_frames_are_counted_and_shown(intake, device):
    messages = [frame(SESSION, sequence) for sequence in (1, 2, 4)]
    for message in messages:
        device.frames.send(message)
    await until(lambda: intake.totals.frames == 3)
    timed = {"timed": 3, "delay_ms": intake.totals.delay_ms}
    size = sum(map(len, messages))
    assert intake.totals == Totals(frames=3, bytes=size, dropped=1, **timed)
    assert 0 <= intake.totals.delay_ms < 3000
    assert (intake.width, intake.height) == (WIDTH, HEIGHT)
    assert intake.state() is State.LIVE
    assert 0 <= intake.uplink_ms < 1000


async def test_every_tenth_frame_is_a_sign_of_life_and_each_is_counted(intake, device, redis):
    for sequence in range(1, 25):
        device.frames.send(video(SESSION, sequence, key=sequence == 1))
    await until(lambda: intake.totals.frames == 24)
    await intake._writer.flush()
    assert int(await redis.get("frames")) == 24
    seen_at = float(await redis.hget(f"client:{intake.camera_id}", "last_seen"))
    assert abs(seen_at - ServerClock().now_ms()) < 5000


async def test_a_still_beside_video_says_nothing_of_the_size(intake, device, demand):
    large = broken(
        rendition=wire.Rendition.VIDEO,
        codec=H264,
        width=2 * WIDTH,
        height=2 * HEIGHT,
        payload=key_frame(2 * WIDTH, 2 * HEIGHT),
    )
    still = broken(rendition=wire.Rendition.STILL)
    demand.add(Want(video=(("h264", "vp8"),)), time.monotonic())
    intake.tick()
    for message in large, still:
        device.frames.send(message)
    await until(lambda: intake.totals.frames == 2)
    assert (intake.width, intake.height) == (2 * WIDTH, 2 * HEIGHT)


async def test_an_overtaken_frame_goes_nowhere(intake, device):
    for sequence in (2, 1, 2, 3):
        device.frames.send(frame(SESSION, sequence))
    await until(lambda: intake.totals.frames == 2)
    assert intake.totals.dropped == 0


async def test_frames_are_lost_and_counted_while_redis_is_away(intake, device, valkey):
    valkey.stop()
    device.frames.send(frame(SESSION, 1))
    await until(lambda: intake.totals.dropped == 1)
    assert intake.totals.frames == 1
    assert intake.state() is State.LIVE


async def test_frames_do_not_wait_for_the_answers_to_those_before(intake, valkey):
    expected = [frame(SESSION, number) for number in range(1, MAX_IN_FLIGHT + 1)]
    overtaken, newest = frame(SESSION, 101), frame(SESSION, 102)
    async with aclosing(FrameBus().frames(intake.camera_id)) as heard:
        first = asyncio.ensure_future(anext(heard))
        await until(lambda: _carries_to(first, intake))
        with valkey.frozen():
            for each in (*expected, overtaken, newest):
                intake.frame(each)
        arrived: list[bytes] = []
        async with asyncio.timeout(WITHIN_S):
            while newest not in arrived:
                arrived += [each for each in await anext(heard) if each]
    # No more are in flight: of those that come then, the newest waits.
    assert arrived == [*expected, newest]


async def _carries_to(listener, intake):
    """Whether the bus does by now."""
    await intake._bus.publish(intake.camera_id, b"")
    return listener.done()


async def test_what_is_not_the_absence_of_redis_ends_it(intake, monkeypatch):
    def publish_soon(*_):
        answer = asyncio.get_running_loop().create_future()
        answer.set_exception(TypeError("a bug"))
        return answer

    running = asyncio.create_task(intake.run())
    await asyncio.sleep(0)
    monkeypatch.setattr(intake._bus, "publish_soon", publish_soon)
    intake.frame(frame(SESSION, 1))
    with pytest.raises(TypeError, match="a bug"):
        await running
