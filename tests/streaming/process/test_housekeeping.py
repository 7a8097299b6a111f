from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from streaming.backplane.store import AsyncStore, LiveState
from streaming.process import housekeeping as upkeep
from tests.streaming.waiting import end, until

HERE, GONE = uuid4(), uuid4()


@pytest.fixture
def turns(monkeypatch):
    """Whether it was the turn of a process, as they ask one after the other."""
    turns = []
    first_within = AsyncStore.first_within

    async def noted(store, what, seconds):
        turns.append(await first_within(store, what, seconds))
        return turns[-1]

    monkeypatch.setattr(AsyncStore, "first_within", noted)
    return turns


@asynccontextmanager
async def keeping_clean(*stores):
    tasks = [asyncio.create_task(upkeep.keep_clean(store)) for store in stores]
    yield
    for task in tasks:
        await end(task)


async def publish(writer, redis, gone):
    for camera in HERE, GONE:
        writer.live(camera, LiveState(), publishing=True)
    await writer.flush()
    if gone:
        await redis.delete(f"client:{GONE}")


async def test_of_whom_nothing_is_left_is_a_client_no_more(store, writer, redis):
    await publish(writer, redis, gone=True)
    assert await store.clean_up() == 1
    assert await redis.smembers("clients") == {str(HERE).encode()}
    assert await store.clean_up() == 0


async def test_it_is_done_every_minute_by_one_of_all_processes(
    store, writer, redis, turns, monkeypatch
):
    assert upkeep.EVERY_S == 60.0
    monkeypatch.setattr(upkeep, "EVERY_S", 2.0)
    await publish(writer, redis, gone=True)
    async with keeping_clean(store, store):
        await until(lambda: len(turns) >= 2)
        await until(lambda: _are_listed(redis, 1))
    assert sorted(turns[:2]) == [False, True]


async def _are_listed(redis, count):
    return await redis.scard("clients") == count


async def test_it_waits_for_redis(store, writer, redis, valkey, monkeypatch):
    monkeypatch.setattr(upkeep, "EVERY_S", 1.05)
    await asyncio.to_thread(valkey.stop)
    async with keeping_clean(store):
        await asyncio.sleep(1.2)
        await asyncio.to_thread(valkey.start)
        await publish(writer, redis, gone=True)
        await until(lambda: _are_listed(redis, 1))
