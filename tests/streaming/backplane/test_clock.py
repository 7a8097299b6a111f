from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from streaming.backplane import clock as clock_module
from streaming.backplane.clock import ServerClock
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import AsyncStore
from streaming.backplane.writer import StoreWriter
from streaming.domain.liveness import State
from streaming.supervision import embedded
from tests.streaming.waiting import until
from tests.valkey import Valkey
from tests.wall_clock import WallClock

CAMERA = uuid4()
HOUR_S = 3600
HOUR_MS = 3_600_000
#: What two clocks may differ by where processes wait for their turn; who is wrong is so by hours.
APART_MS = 1000


@pytest.fixture
def clock():
    return ServerClock()


@asynccontextmanager
async def following(clock, redis):
    task = asyncio.create_task(clock.follow(redis))
    yield
    task.cancel()
    await asyncio.wait([task])


async def redis_ms(redis):
    seconds, microseconds = await redis.time()
    return seconds * 1000 + microseconds / 1000


async def test_it_tells_the_time_of_redis_between_two_questions(clock, redis):
    clock._offset_ms += HOUR_MS
    async with following(clock, redis):
        await until(lambda: clock.now_ms() < time.time() * 1000 + HOUR_MS / 2)
        before = await redis_ms(redis)
        told = clock.now_ms()
        after = await redis_ms(redis)
    assert before - APART_MS < told < after + APART_MS


async def test_before_redis_answered_it_is_the_clock_of_the_host(clock, redis, valkey):
    valkey.stop()
    async with following(clock, redis):
        await asyncio.sleep(0)
        assert abs(clock.now_ms() - time.time() * 1000) < APART_MS


async def test_a_jump_of_the_hosts_clock_is_no_jump_of_it(clock, monkeypatch):
    before = clock.now_ms()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert before <= clock.now_ms() < before + HOUR_MS


async def test_it_asks_again_and_outlives_a_restart(clock, redis, valkey, monkeypatch):
    monkeypatch.setattr(clock_module, "_EVERY_S", 0.01)
    async with following(clock, redis):
        await asyncio.to_thread(valkey.restart)
        clock._offset_ms += HOUR_MS
        await until(lambda: clock.now_ms() < time.time() * 1000 + HOUR_MS / 2)


async def test_it_goes_on_while_redis_is_frozen(clock, redis, valkey):
    with valkey.frozen():
        async with following(clock, redis):
            times = []
            for _ in range(3):
                times.append(clock.now_ms())
                await asyncio.sleep(0.01)
    assert times == sorted(set(times))


# Somebody sets the clock of Redis' machine


@pytest.fixture
def wall():
    folder = Path(tempfile.mkdtemp(prefix="sky-"))
    yield WallClock(folder)
    shutil.rmtree(folder)


@pytest.fixture
async def set_redis(wall):
    """A Redis on a machine whose clock may be set."""
    folder = Path(tempfile.mkdtemp(prefix="sky-"))
    server = Valkey(folder / "valkey", wall.env)
    server.start()
    async with Redis.from_url(embedded.url(folder / "valkey")) as redis:
        yield redis
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _often(request, monkeypatch):
    if "set_redis" in request.fixturenames:
        monkeypatch.setattr(clock_module, "_EVERY_S", 0.02)


def has_asked(clock):
    return clock._estimator.offset is not None


def goes_on(clock):
    """Whether it has not gone by the wrong clock, not even for a moment."""
    assert abs(clock.now_ms() - time.time() * 1000) < APART_MS
    return True


async def shifted(redis, by_ms):
    shift = await redis.get("clock")
    return shift is not None and abs(float(shift) - by_ms) < APART_MS


@pytest.mark.parametrize("by_s", [-24 * HOUR_S, -HOUR_S, HOUR_S, 24 * HOUR_S])
async def test_server_time_goes_on_when_the_clock_of_redis_is_set(set_redis, wall, by_s):
    one, other, newcomer = ServerClock(), ServerClock(), ServerClock()
    async with following(one, set_redis), following(other, set_redis):
        await until(lambda: has_asked(one) and has_asked(other))
        wall.set_by(by_s)
        await until(lambda: goes_on(one) and shifted(set_redis, -by_s * 1000))
        async with following(newcomer, set_redis):
            await until(lambda: has_asked(newcomer))
            assert all(goes_on(clock) for clock in (one, other, newcomer))
    assert await shifted(set_redis, -by_s * 1000)


async def test_what_is_live_stays_live_when_the_clock_of_redis_is_set(set_redis, wall):
    clock, writer = ServerClock(), StoreWriter(set_redis)
    async with following(clock, set_redis):
        await until(lambda: has_asked(clock))
        wall.set_by(HOUR_S)
        await until(lambda: shifted(set_redis, -HOUR_MS))
        state = LiveState(state=State.LIVE, last_seen=clock.now_ms())
        writer.live(CAMERA, state, publishing=True)
        await writer.flush()
        [told] = await AsyncStore(set_redis).live([CAMERA])
    assert told.state is State.LIVE


async def test_a_shift_that_redis_has_forgotten_is_found_again(set_redis, wall):
    clock = ServerClock()
    async with following(clock, set_redis):
        await until(lambda: has_asked(clock))
        wall.set_by(HOUR_S)
        await until(lambda: shifted(set_redis, -HOUR_MS))
        await set_redis.flushall()
        await until(lambda: shifted(set_redis, -HOUR_MS))
        assert goes_on(clock)


async def test_once_no_camera_publishes_server_time_is_that_of_redis_again(set_redis, wall):
    clock, store, writer = ServerClock(), AsyncStore(set_redis), StoreWriter(set_redis)
    async with following(clock, set_redis):
        await until(lambda: has_asked(clock))
        writer.live(CAMERA, LiveState(), publishing=True)
        await writer.flush()
        wall.set_by(HOUR_S)
        await until(lambda: shifted(set_redis, -HOUR_MS))
        await store.reset_clock()
        assert await shifted(set_redis, -HOUR_MS)
        writer.live(CAMERA, LiveState(), publishing=False)
        await writer.flush()
        await store.reset_clock()
        await until(lambda: clock.now_ms() > time.time() * 1000 + HOUR_MS / 2)
