from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from streaming import clock as clock_module
from streaming.clock import ServerClock
from tests.streaming.waiting import until

HOUR_MS = 3_600_000


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
    # The round trip on a Unix socket is below 1 ms; machines pause.
    assert before - 20 < told < after + 20


async def test_before_redis_answered_it_is_the_clock_of_the_host(clock, redis, valkey):
    valkey.stop()
    async with following(clock, redis):
        await asyncio.sleep(0)
        assert abs(clock.now_ms() - time.time() * 1000) < 20


async def test_a_jump_of_the_hosts_clock_is_no_jump_of_it(clock, monkeypatch):
    before = clock.now_ms()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert before <= clock.now_ms() < before + 1_000


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
