"""Video on its way in: in order, and on from a key frame after a gap."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial

import pytest

from streaming.backplane.bus import FrameBus
from streaming.domain import wire
from streaming.domain.backlog import MAX_FRAMES
from tests.streaming.frames import frame, video
from tests.streaming.groups import listeners
from tests.streaming.publish.messages import SESSION
from tests.streaming.waiting import AGAIN_WITHIN_S, end, until

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("complaints")]


class Others:
    """What the other processes hear of the camera: session, sequence, and whether it is video."""

    def __init__(self):
        self.heard = []

    @property
    def video(self):
        return [sequence for is_video, sequence in self.heard if is_video]

    @property
    def pictures(self):
        return [sequence for is_video, sequence in self.heard if not is_video]


@pytest.fixture
async def others(intake, redis):
    others = Others()

    async def listen():
        async with aclosing(FrameBus().frames(intake.camera_id)) as frames:
            async for messages in frames:
                for frame in map(wire.unpack, messages):
                    is_video = frame.rendition is wire.Rendition.VIDEO
                    others.heard.append((is_video, frame.sequence))

    listening = asyncio.create_task(listen())
    await until(lambda: listeners(redis, f"camera.{intake.camera_id}"))
    yield others
    await end(listening)


async def test_video_goes_on_in_its_order_and_whole(intake, device, others):
    for sequence in (1, 3, 2, 4, 4, 5):
        device.frames.send(video(SESSION, sequence, key=sequence == 1))
    await until(lambda: len(others.video) == 5)
    assert others.video == [1, 2, 3, 4, 5]
    assert intake.totals.dropped == 0


async def test_pictures_and_video_are_numbered_apart(intake, device, others):
    for sequence in range(1, 6):
        device.frames.send(video(SESSION, sequence + 40, key=sequence == 1))
        device.frames.send(frame(SESSION, sequence))
        await until(partial(others.heard.__contains__, (False, sequence)))
    await until(lambda: len(others.video) == 5)
    assert intake.totals.frames == 10
    assert intake.totals.dropped == 0


async def test_in_a_gap_the_camera_is_asked_for_a_key_frame_and_video_goes_on_there(
    intake, device, others
):
    device.frames.send(video(SESSION, 1, key=True))
    for sequence in range(3, 20):
        device.frames.send(video(SESSION, sequence))
    assert await device.told("key_frame") == {}
    device.frames.send(video(SESSION, 20, key=True))
    await until(lambda: 20 in others.video)
    assert others.video == [1, 20]
    assert intake.totals.dropped == 18
    intake.report()
    assert (await device.told("received"))["lost"] == 18


async def test_bytes_that_came_count_whether_or_not_their_frame_goes_on(intake, device):
    came = [video(SESSION, 1, key=True), video(SESSION, 3)]
    for message in came:
        device.frames.send(message)
    await until(lambda: intake.totals.bytes == sum(map(len, came)))
    assert intake.totals.frames == 1


async def test_video_that_redis_does_not_take_goes_on_at_a_key_frame(
    intake, device, others, valkey
):
    device.frames.send(video(SESSION, 1, key=True))
    await until(lambda: others.video == [1])
    await asyncio.to_thread(valkey.stop)
    for sequence in range(2, 2 + MAX_FRAMES):
        device.frames.send(video(SESSION, sequence))
    await device.told("key_frame")
    await asyncio.to_thread(valkey.restart)
    async with asyncio.timeout(AGAIN_WITHIN_S):
        sequence = 100
        while others.video[-1] < 100:
            device.frames.send(video(SESSION, sequence, key=True))
            sequence += 1
            await asyncio.sleep(0.1)
    assert all(number == 1 or number >= 100 for number in others.video)


@pytest.mark.parametrize("setting", ["jpeg", "vp8"])
async def test_a_codec_that_the_setting_does_not_admit_is_refused(intake, device, setting):
    intake.set_codec(setting)
    device.frames.send(video(SESSION, 1, key=True))
    await until(lambda: intake.totals.dropped == 1)
    intake.report()
    assert (await device.told("refused"))["reason"] == "codec"
