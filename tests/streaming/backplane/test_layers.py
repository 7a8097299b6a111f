"""What our layers touch inside channels-redis, and what they do better."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, cast

import pytest
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisSingleShardConnection
from django.conf import settings

from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.backplane.layers import MAX_WAITING_FOR_PROCESS, FramesLayer, Shard
from tests.streaming.waiting import WITHIN_S, end, until

FRAME = {"type": "frame", "message": b"\x01\xff\x00frame"}


@pytest.fixture
async def frames(valkey):
    layer = cast(Any, get_channel_layer("frames"))
    yield layer
    await layer.flush()


@pytest.fixture
async def plain(valkey):
    """The layer of channels-redis itself."""
    layer = RedisPubSubChannelLayer(**settings.CHANNEL_LAYERS["frames"]["CONFIG"])
    yield layer
    await layer.flush()


async def listen(layer):
    channel = await layer.new_channel()
    await layer.group_add("camera", channel)
    return channel


async def test_it_is_the_layer_of_the_settings(frames):
    assert isinstance(frames, FramesLayer)


async def test_its_servers_are_ours(frames, plain):
    await listen(frames)
    await listen(plain)
    assert [type(shard) for shard in frames._get_layer()._shards] == [Shard]
    # Of whose making and parts it replaces some.
    shard = shard_of(plain)
    assert type(shard) is RedisSingleShardConnection
    parts = {"host", "channel_layer", "_lock", "_redis", "_pubsub", "_receive_task"}
    assert parts <= vars(shard).keys()
    made_anew = "publish", "flush", "_ensure_redis", "_ensure_receiver", "_do_receiving"
    for part in (*made_anew, "_receive_message"):
        assert callable(getattr(shard, part))


async def test_it_speaks_the_words_of_its_own_class(frames, plain):
    for sender, receiver in (frames, plain), (plain, frames):
        channel = await listen(receiver)
        await _until_subscribed(receiver)
        await sender.group_send("camera", FRAME)
        async with asyncio.timeout(WITHIN_S):
            assert await receiver.receive(channel) == FRAME
        await receiver.group_discard("camera", channel)
        await until(partial(_is_known, shard_of(receiver), 0))


def shard_of(layer):
    [shard] = layer._get_layer()._shards
    return shard


async def _until_subscribed(layer):
    """Redis has seen the subscription, as it answers in order."""
    await until(lambda: _is_known(shard_of(layer), 1))


async def _is_known(shard, wanted):
    [(_, count)] = await shard._redis.pubsub_numsub("asgi__group__camera")
    return count == wanted


async def test_a_frozen_redis_is_waited_for_no_longer_than_a_second(frames, valkey):
    await frames.group_send("camera", FRAME)
    with valkey.frozen():
        async with asyncio.timeout(3 * TIMEOUT_S):
            with pytest.raises(Unavailable):
                await frames.group_send("camera", FRAME)


async def test_many_who_publish_to_a_frozen_redis_wait_together(frames, valkey):
    await frames.group_send("camera", FRAME)
    with valkey.frozen():
        async with asyncio.timeout(3 * TIMEOUT_S):
            sent = (frames.group_send("camera", FRAME) for _ in range(16))
            results = await asyncio.gather(*sent, return_exceptions=True)
    assert all(isinstance(result, Unavailable) for result in results)


async def test_a_publish_after_a_restart_is_not_lost(frames, valkey, redis):
    await frames.group_send("camera", FRAME)
    await asyncio.to_thread(valkey.restart)
    await frames.group_send("camera", FRAME)
    assert (await redis.info("commandstats"))["cmdstat_publish"]["calls"] == 1


async def test_a_cancelled_publish_leaves_no_answer_to_the_next(frames, valkey):
    await frames.group_send("camera", FRAME)
    shard = shard_of(frames)
    with valkey.frozen():
        publishing = asyncio.create_task(frames.group_send("camera", FRAME))
        await asyncio.sleep(0)
        await end(publishing)
    async with asyncio.timeout(TIMEOUT_S):
        answers = [shard.publish("camera", b"") for _ in range(2)]
        await asyncio.gather(*answers)


async def test_who_listens_anew_keeps_what_it_listens_to(frames, valkey):
    channel = await listen(frames)
    await _until_subscribed(frames)
    shard = shard_of(frames)
    before = await _listener(shard)
    await frames.resubscribe()
    await until(lambda: _is_another(shard, before))
    await frames.group_send("camera", FRAME)
    async with asyncio.timeout(WITHIN_S):
        assert await frames.receive(channel) == FRAME


async def _listener(shard):
    """The connection that listens, as Redis numbers it."""
    clients = await shard._redis.client_list(_type="pubsub")
    return [client["id"] for client in clients if int(client["sub"]) == 2]


async def _is_another(shard, before):
    now = await _listener(shard)
    return bool(now) and now != before


async def test_who_joins_while_the_connection_is_made_anew_disturbs_nobody(frames, valkey):
    channel = await listen(frames)
    await _until_subscribed(frames)
    for turn in range(100):
        await frames.resubscribe()
        # So far the one who reads has come with its new connection.
        for _ in range(turn % 20):
            await asyncio.sleep(0)
        await frames.group_add(f"camera {turn}", channel)
    await until(lambda: _is_known(shard_of(frames), 1))
    await frames.group_send("camera", FRAME)
    async with asyncio.timeout(WITHIN_S):
        assert await frames.receive(channel) == FRAME


async def test_an_outage_is_said_once_and_without_a_traceback(frames, valkey, caplog):
    channel = await listen(frames)
    await _until_subscribed(frames)
    await asyncio.to_thread(valkey.stop)
    await until(lambda: caplog.records)
    await asyncio.sleep(1.0)
    [said] = caplog.records
    assert said.getMessage().startswith("Redis hands on no frames: ")
    assert said.exc_info is None
    assert channel in frames._get_layer().channels


@pytest.fixture
async def signaling(valkey):
    layer = cast(Any, get_channel_layer())
    yield layer
    await layer.flush()


async def until_reading(layer):
    """Somebody waits for what Redis has next, for all who listen."""
    await until(lambda: layer.receive_count and layer.receive_lock.locked())


async def test_of_who_has_gone_no_queue_is_kept(signaling):
    gone, other = await signaling.new_channel(), await signaling.new_channel()
    # The first reads for both when it goes.
    reading = asyncio.create_task(signaling.receive(gone))
    await until_reading(signaling)
    listening = asyncio.create_task(signaling.receive(other))
    await asyncio.sleep(0)
    await end(reading)
    for to in gone, gone, other:
        await signaling.send(to, {"type": "alive"})
    async with asyncio.timeout(WITHIN_S):
        assert await listening == {"type": "alive"}
    assert not signaling.receive_buffer


async def test_who_went_while_a_message_came_is_forgotten(signaling):
    gone, other = await signaling.new_channel(), await signaling.new_channel()
    await signaling.send(gone, {"type": "alive"})
    await signaling.receive(gone)
    signaling.forget(gone)
    for to in gone, other:
        await signaling.send(to, {"type": "alive"})
    await signaling.receive(other)
    assert not signaling.receive_buffer


async def test_nothing_is_lost_of_who_does_not_listen_at_the_moment(signaling):
    late, other = await signaling.new_channel(), await signaling.new_channel()
    for number in range(3):
        # Before it listens for the first time, and between two messages.
        await signaling.send(late, {"type": "alive", "number": number})
        await signaling.send(other, {"type": "alive"})
        await signaling.receive(other)
        assert (await signaling.receive(late))["number"] == number
    assert not signaling.receive_buffer


async def test_what_any_process_may_take_goes_to_one_who_still_listens(signaling):
    first, second = (asyncio.create_task(signaling.receive("ingest")) for _ in range(2))
    await asyncio.sleep(0)
    await end(first)
    await signaling.send("ingest", {"type": "offer"})
    async with asyncio.timeout(WITHIN_S):
        assert (await second)["type"] == "offer"


async def test_what_is_for_one_process_does_not_fill_up(valkey):
    layer = cast(Any, get_channel_layer())
    own, shared = await layer.new_channel("ingest"), "ingest"
    # A hundred is what the layer's own class takes.
    for number in range(150):
        await layer.send(own, {"type": "alive", "number": number})
    assert layer.get_capacity(own) == MAX_WAITING_FOR_PROCESS
    assert layer.get_capacity(shared) == 100
