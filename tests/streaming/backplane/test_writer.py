from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from redis.exceptions import ResponseError

from streaming.backplane.live_state import LiveState
from streaming.backplane.store import CLIENT_TTL_S, HEARTBEAT_S
from streaming.backplane.writer import StoreWriter
from streaming.domain.liveness import State
from tests.streaming.waiting import until

CAMERA = uuid4()


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.INFO, "streaming.backplane.writer")
    return lambda: [record.getMessage() for record in caplog.records]


@asynccontextmanager
async def running(writer):
    task = asyncio.create_task(writer.run())
    yield
    task.cancel()
    await asyncio.wait([task])


async def has_image(store, camera, message):
    image = await store.image(camera)
    return image is not None and image.message == message


async def test_nothing_is_sent_by_whoever_writes(writer, store):
    writer.image(CAMERA, b"picture", 1.0)
    assert await store.image(CAMERA) is None
    await writer.flush()
    assert await has_image(store, CAMERA, b"picture")


async def test_it_writes_soon_by_itself(writer, store):
    async with running(writer):
        for message in b"one", b"two":
            writer.image(CAMERA, message, 1.0)
            await until(partial(has_image, store, CAMERA, message))


async def test_the_newest_of_a_key_wins_and_every_frame_counts(writer, store):
    for number in range(100):
        writer.image(CAMERA, b"%d" % number, float(number))
        writer.count_frame()
    await writer.flush()
    assert await has_image(store, CAMERA, b"99")
    assert await store.frames() == 100


async def test_a_redis_that_comes_back_empty_counts_on(writer, store, redis):
    for _ in range(5):
        writer.count_frame()
    await writer.flush()
    await count_one_more(writer)
    await redis.flushall()
    await count_one_more(writer)
    assert await store.frames() == 7


async def count_one_more(writer):
    writer.count_frame()
    writer.seen(CAMERA, 1.0)
    await writer.flush()


async def test_it_never_falls_below_what_any_of_several_has_seen(writer, store, redis):
    other = StoreWriter(redis)
    await count_one_more(writer)
    await count_one_more(other)
    await redis.flushall()
    for each in writer, other:
        await count_one_more(each)
    assert await store.frames() == 3


async def test_frames_that_came_while_redis_was_away_count_too(writer, store, valkey):
    await asyncio.to_thread(valkey.stop)
    await count_one_more(writer)
    await asyncio.to_thread(valkey.start)
    await count_one_more(writer)
    assert await store.frames() == 2


async def test_what_the_records_say_was_counted_before(writer, store):
    writer.count_from(1000)
    writer.count_from(10)
    await count_one_more(writer)
    assert await store.frames() == 1001


@pytest.mark.parametrize(("operations", "round_trips"), [(1, 1), (10, 1), (11, 2), (200, 20)])
async def test_a_round_trip_takes_ten_operations(
    writer, redis, monkeypatch, operations, round_trips
):
    pipelines = []
    pipeline = redis.pipeline

    def counted(**options):
        pipelines.append(pipeline(**options))
        return pipelines[-1]

    monkeypatch.setattr(redis, "pipeline", counted)
    for _ in range(operations):
        writer.image(uuid4(), b"picture", 1.0)
    await writer.flush()
    assert len(pipelines) == round_trips
    assert len(await redis.keys("image:*")) == operations


async def test_a_flush_of_nothing_says_nothing_to_redis(writer, valkey):
    valkey.stop()
    await writer.flush()
    assert writer.lost == 0


async def test_ten_operations_wait_for_no_more(redis, store):
    writer = StoreWriter(redis)
    # An age, which would show.
    writer._EVERY_S = 60.0
    cameras = [uuid4() for _ in range(10)]
    async with running(writer):
        for camera in cameras:
            writer.image(camera, b"picture", 1.0)
        await until(lambda: has_image(store, cameras[-1], b"picture"))


async def test_what_is_left_is_written_at_the_end(writer, store):
    async with running(writer):
        await asyncio.sleep(0)
        writer.live(CAMERA, LiveState(state=State.OFF, reason="server_stopped"), publishing=False)
    [state] = await store.live([CAMERA])
    assert state.reason == "server_stopped"


async def test_presence_is_said_with_a_heartbeat_and_not_with_each_state(
    writer, redis, monkeypatch
):
    async def said():
        stats = await redis.info("commandstats")
        return [stats.get(f"cmdstat_{name}", {}).get("calls", 0) for name in ("hset", "sadd")]

    now_s = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    await redis.config_resetstat()
    for second in range(121):
        now_s += 1.0
        writer.live(CAMERA, LiveState(frames=second), publishing=True)
        await writer.flush()
    assert await said() == [121, 3]
    assert HEARTBEAT_S == 60.0


async def test_a_camera_that_comes_back_is_listed_at_once(writer, redis):
    writer.live(CAMERA, LiveState(), publishing=True)
    await writer.flush()
    # Another process had it meanwhile, and its end there took it off the list.
    writer.forget(CAMERA)
    await redis.srem("clients", str(CAMERA))
    writer.live(CAMERA, LiveState(), publishing=True)
    await writer.flush()
    assert await redis.sismember("clients", str(CAMERA))


async def test_a_sign_of_life_changes_nothing_else(writer, store):
    state = LiveState(state=State.LIVE, session=7, last_seen=1.0)
    writer.live(CAMERA, state, publishing=True)
    await writer.flush()
    [(now, _)] = [await store._client.time()]
    writer.seen(CAMERA, now * 1000.0)
    await writer.flush()
    assert await store.live([CAMERA]) == [replace(state, last_seen=now * 1000.0)]


async def test_a_state_that_waits_is_a_sign_of_life_itself(writer):
    writer.live(CAMERA, LiveState(), publishing=True)
    writer.seen(CAMERA, 1.0)
    assert len(writer._waiting) == 1


async def test_cameras_that_publish_are_listed(writer, redis):
    for publishing, listed in (True, {str(CAMERA).encode()}), (False, set()):
        writer.live(CAMERA, LiveState(), publishing=publishing)
        await writer.flush()
        assert await redis.smembers("clients") == listed
    assert 0 < await redis.ttl(f"client:{CAMERA}") <= CLIENT_TTL_S


# Redis away


async def test_what_redis_does_not_take_is_lost_and_said_once(writer, valkey, logged):
    valkey.stop()
    for _ in range(5):
        writer.image(CAMERA, b"picture", 1.0)
        await writer.flush()
    assert writer.lost == 5
    [said] = logged()
    assert said.startswith("Redis does not take writes: ")


async def test_its_return_is_said_with_what_was_lost(writer, valkey, store, logged):
    valkey.stop()
    for camera in CAMERA, uuid4():
        writer.image(camera, b"old", 1.0)
    await writer.flush()
    await asyncio.to_thread(valkey.start)
    writer.image(CAMERA, b"new", 2.0)
    await writer.flush()
    assert logged()[1:] == ["Redis takes writes again; 2 were lost"]
    assert await has_image(store, CAMERA, b"new")
    assert writer.lost == 2


async def test_after_an_outage_presence_is_said_at_once(writer, valkey, redis):
    writer.live(CAMERA, LiveState(), publishing=True)
    await writer.flush()
    await asyncio.to_thread(valkey.stop)
    writer.live(CAMERA, LiveState(), publishing=True)
    await writer.flush()
    await asyncio.to_thread(valkey.start)
    writer.live(CAMERA, LiveState(), publishing=True)
    await writer.flush()
    assert await redis.sismember("clients", str(CAMERA))
    assert 0 < await redis.ttl(f"client:{CAMERA}") <= CLIENT_TTL_S


async def test_what_is_too_much_gives_way_oldest_first_and_is_counted(writer, store):
    writer._MAX_WAITING = 20
    cameras = [uuid4() for _ in range(25)]
    for camera in cameras:
        writer.image(camera, b"picture", 1.0)
    assert (len(writer._waiting), writer.lost) == (20, 5)
    await writer.flush()
    kept = [await store.image(camera) is not None for camera in cameras]
    assert kept == [False] * 5 + [True] * 20


async def test_of_a_long_backlog_one_batch_is_lost_at_a_time(writer, valkey, redis):
    await asyncio.to_thread(valkey.stop)
    for _ in range(25):
        writer.image(uuid4(), b"picture", 1.0)
    assert not await writer.flush()
    assert (writer.lost, len(writer._waiting)) == (10, 15)
    await asyncio.to_thread(valkey.start)
    assert await writer.flush()
    assert len(await redis.keys("image:*")) == 15


async def test_it_goes_on_by_itself_after_a_restart(writer, valkey, store):
    async with running(writer):
        writer.image(CAMERA, b"before", 1.0)
        await until(lambda: has_image(store, CAMERA, b"before"))
        await asyncio.to_thread(valkey.stop)
        writer.image(CAMERA, b"meanwhile", 2.0)
        await until(lambda: writer.lost)
        await asyncio.to_thread(valkey.start)
        writer.image(CAMERA, b"after", 3.0)
        await until(lambda: has_image(store, CAMERA, b"after"))


async def test_the_backlog_is_one_operation_a_key_however_long_redis_is_frozen(writer, valkey):
    async with running(writer):
        with valkey.frozen():
            for number in range(10_000):
                writer.image(CAMERA, b"%d" % number, 1.0)
                writer.live(CAMERA, LiveState(frames=number), publishing=True)
            assert len(writer._waiting) == 2
            # 1 s promised for whatever waits for Redis.
            await until(lambda: writer.lost == 2, within_s=3.0)


async def test_a_redis_that_is_full_loses_no_more_than_the_batch(writer, redis, store, logged):
    await redis.config_set("maxmemory", 1)
    writer.image(CAMERA, b"picture", 1.0)
    await writer.flush()
    assert writer.lost == 1
    assert "used memory > 'maxmemory'" in logged()[0]
    await redis.config_set("maxmemory", 0)
    writer.image(CAMERA, b"picture", 1.0)
    await writer.flush()
    assert await has_image(store, CAMERA, b"picture")


async def test_a_wrong_type_of_key_is_no_outage(writer, redis):
    await redis.set(f"image:{CAMERA}", "not a hash")
    writer.image(CAMERA, b"picture", 1.0)
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await writer.flush()
    assert writer.lost == 0
