from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import Any, cast
from uuid import uuid4

import pytest
from channels.layers import get_channel_layer

from streaming.backplane.connection import Unavailable
from streaming.domain.demand import Want
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change, KeyFrame, Wants
from tests.streaming.groups import listeners
from tests.streaming.waiting import WITHIN_S, end, until

FRONT_DOOR, GARDEN = uuid4(), uuid4()


async def subscribers(redis):
    return sum(count for _, count in await redis.pubsub_numsub(*await redis.pubsub_channels()))


async def each_frame(bus, camera_id):
    async with aclosing(bus.frames(camera_id)) as taken:
        async for frames in taken:
            for frame in frames:
                yield frame


class Listener:
    """Collects what an async generator yields, from the moment that Redis knows of it.

    `subscriptions` are those it makes: its own, and one for all who listen to the same.
    """

    def __init__(self, source, redis, subscriptions=2):
        self.heard = []
        self._source = source
        self._redis = redis
        self._subscriptions = subscriptions

    async def __aenter__(self):
        before = await subscribers(self._redis)
        self._task = asyncio.create_task(self._listen())
        await until(lambda: self._is_subscribed(before))
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        await asyncio.wait([self._task])

    async def hears(self, count):
        await until(lambda: len(self.heard) >= count)
        return self.heard

    async def _listen(self):
        async with aclosing(self._source) as items:
            async for item in items:
                self.heard.append(item)

    async def _is_subscribed(self, before):
        return await subscribers(self._redis) == before + self._subscriptions


async def test_a_frame_reaches_all_who_listen_to_its_camera(bus, redis):
    frame = b"\x01\xff\x00frame"
    async with (
        Listener(each_frame(bus, FRONT_DOOR), redis) as first,
        Listener(each_frame(bus, FRONT_DOOR), redis, subscriptions=1) as second,
    ):
        await bus.publish(FRONT_DOOR, frame)
        assert await first.hears(1) == await second.hears(1) == [frame]


async def test_frames_come_in_the_order_they_were_published(bus, redis):
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as listener:
        frames = [b"%d" % number for number in range(50)]
        for frame in frames:
            await bus.publish(FRONT_DOOR, frame)
        assert await listener.hears(50) == frames


async def test_who_was_busy_gets_all_that_came_meanwhile(bus, redis):
    async with aclosing(bus.frames(FRONT_DOOR)) as taken:
        first = asyncio.ensure_future(anext(taken))
        await until(lambda: _is_heard(redis))
        for number in range(5):
            await bus.publish(FRONT_DOOR, b"%d" % number)
        frames = await first
        while len(frames) < 5:
            frames += await anext(taken)
        assert frames == [b"0", b"1", b"2", b"3", b"4"]


async def _is_heard(redis):
    return any(b"camera." in name for name in await redis.pubsub_channels())


async def test_the_frames_of_other_cameras_are_not_heard(bus, redis):
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as listener:
        await bus.publish(GARDEN, b"garden")
        await bus.publish(FRONT_DOOR, b"door")
        assert await listener.hears(1) == [b"door"]


async def test_the_largest_frame_arrives_whole(bus, redis):
    frame = bytes(range(256)) * 1024
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as listener:
        await bus.publish(FRONT_DOOR, frame)
        assert await listener.hears(1) == [frame]


async def test_frames_that_nobody_wants_are_no_error(bus):
    await bus.publish(FRONT_DOOR, b"frame")


@pytest.mark.parametrize(
    "change",
    [
        Change(ChangeKind.ACCESS),
        Change(ChangeKind.ACCESS, FRONT_DOOR, 7),
        Change(ChangeKind.DISCONNECT, FRONT_DOOR),
        Change(ChangeKind.TAKEN_OVER, FRONT_DOOR),
    ],
    ids=lambda change: f"{change.kind}-{change.user_id}",
)
async def test_a_change_arrives_as_it_was_announced(bus, redis, change):
    async with Listener(bus.notices(), redis) as listener:
        await bus.announce(change)
        assert await listener.hears(1) == [change]


async def test_wants_arrive_as_they_were_said(bus, redis):
    wants = {FRONT_DOOR: Want(jpeg=True, video=(("h264", "vp8"), ("vp8",))), GARDEN: Want()}
    async with Listener(bus.notices(), redis) as listener:
        await bus.want("web 1", wants)
        assert await listener.hears(1) == [Wants("web 1", wants)]


async def test_every_process_hears_that_a_key_frame_is_needed(bus, redis):
    async with Listener(bus.notices(), redis) as listener:
        await bus.ask_key_frame(GARDEN)
        assert await listener.hears(1) == [KeyFrame(GARDEN)]


async def test_who_follows_the_bus_hears_all_notices_in_their_order(bus, redis):
    heard = []

    async def apply(notice):
        heard.append(notice)

    following = asyncio.create_task(bus.follow(apply))
    await until(lambda: listeners(redis, "control"))
    await bus.want("web 1", {})
    await bus.ask_key_frame(GARDEN)
    await bus.announce(Change(ChangeKind.ACCESS))
    await until(lambda: len(heard) == 3)
    assert heard == [Wants("web 1", {}), KeyFrame(GARDEN), Change(ChangeKind.ACCESS)]
    await end(following)


@pytest.fixture
async def deaf(bus, redis, monkeypatch):
    """The bus is followed, and what this process says to itself gets lost; how often it listened
    anew."""
    layer = cast(Any, get_channel_layer("frames"))
    send = layer.group_send
    listened: list[None] = []

    async def lose_echoes(group, message):
        if message["type"] != "echo":
            await send(group, message)

    async def resubscribe():
        listened.append(None)

    monkeypatch.setattr(layer, "group_send", lose_echoes, raising=False)
    monkeypatch.setattr(layer, "resubscribe", resubscribe)

    async def apply(_notice):
        pass

    following = asyncio.create_task(bus.follow(apply))
    await until(lambda: listeners(redis, "control"))
    yield listened
    await end(following)


async def test_who_hears_nothing_at_all_listens_anew(deaf):
    await until(lambda: deaf)


async def test_who_hears_frames_goes_on_though_its_own_words_are_late(bus, redis, deaf):
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as listener:
        # Longer than it takes until who hears nothing listens anew.
        for count in range(1, 31):
            await bus.publish(FRONT_DOOR, b"frame")
            await listener.hears(count)
            await asyncio.sleep(0.1)
    assert not deaf


async def test_who_stops_listening_leaves_no_subscription(bus, redis):
    async with Listener(each_frame(bus, FRONT_DOOR), redis):
        assert await subscribers(redis) > 0
    assert await subscribers(redis) == 0


async def test_one_who_leaves_takes_nobody_along(bus, redis):
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as staying:
        async with Listener(each_frame(bus, FRONT_DOOR), redis, subscriptions=1):
            pass
        await bus.publish(FRONT_DOOR, b"frame")
        assert await staying.hears(1) == [b"frame"]


# Redis away


async def test_every_call_says_that_redis_is_away(bus, valkey):
    valkey.stop()
    for call in (
        bus.publish(FRONT_DOOR, b"frame"),
        bus.announce(Change(ChangeKind.ACCESS)),
        bus.want("web 1", {FRONT_DOOR: Want(jpeg=True)}),
        bus.ask_key_frame(FRONT_DOOR),
        anext(each_frame(bus, FRONT_DOOR)),
        anext(bus.notices()),
    ):
        with pytest.raises(Unavailable):
            await call


async def test_who_listened_hears_again_after_a_restart(bus, redis, valkey):
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as listener:
        await asyncio.to_thread(valkey.restart)
        # 3 s promised.
        async with asyncio.timeout(9.0):
            while not listener.heard:
                await _publish_when_possible(bus)
                await asyncio.sleep(0.05)


async def _publish_when_possible(bus):
    with suppress(*Unavailable):
        await bus.publish(FRONT_DOOR, b"frame")


async def test_a_listener_that_is_cancelled_ends_though_redis_is_away(bus, redis, valkey):
    async with Listener(each_frame(bus, FRONT_DOOR), redis) as listener:
        await asyncio.to_thread(valkey.stop)
        listener._task.cancel()
        await asyncio.wait([listener._task], timeout=WITHIN_S)
        assert listener._task.cancelled()
