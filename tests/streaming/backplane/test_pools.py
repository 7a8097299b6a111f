from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streaming.backplane import client, pools
from streaming.backplane.client import Backplane
from streaming.backplane.connection import MAX_CONNECTIONS, connect, connect_sync
from streaming.backplane.pools import IDLE_S, MIN_CONNECTIONS, SHRINK_EVERY_S
from streaming.backplane.store import Store
from tests.streaming.waiting import WITHIN_S, end, until

#: What is promised.
BACK_WITHIN_S = 20.0


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pools, "time", SimpleNamespace(monotonic=lambda: clock.now_s))
    return clock


class Clock:
    now_s = 1000.0


async def open_now(redis):
    return len(await redis.client_list(_type="normal"))


async def rush(ours):
    await asyncio.gather(*(ours.ping() for _ in range(3 * MAX_CONNECTIONS)))


def rush_of_threads(ours):
    barrier = Barrier(MAX_CONNECTIONS)

    def ask(_):
        connection = ours.connection_pool.get_connection()
        # Until all are in use.
        barrier.wait(WITHIN_S)
        ours.connection_pool.release(connection)

    with ThreadPoolExecutor(MAX_CONNECTIONS) as threads:
        list(threads.map(ask, range(MAX_CONNECTIONS)))


def test_a_rush_is_forgotten_in_time():
    assert IDLE_S + SHRINK_EVERY_S < BACK_WITHIN_S


async def test_what_a_rush_opened_is_closed_when_nobody_needs_it(redis, clock):
    base = await open_now(redis)
    async with connect() as ours:
        await rush(ours)
        await cast(Any, ours.connection_pool).shrink()
        assert await open_now(redis) == base + MAX_CONNECTIONS
        clock.now_s += IDLE_S
        await cast(Any, ours.connection_pool).shrink()
        assert await open_now(redis) == base + MIN_CONNECTIONS
        await rush(ours)
        assert await open_now(redis) == base + MAX_CONNECTIONS


async def test_threads_have_it_alike(redis, clock):
    base = await open_now(redis)
    with connect_sync() as ours:
        for _ in range(2):
            await asyncio.to_thread(rush_of_threads, ours)
            ours.connection_pool.shrink()
            assert await open_now(redis) == base + MAX_CONNECTIONS
            clock.now_s += IDLE_S
            ours.connection_pool.shrink()
            assert await open_now(redis) == base + MIN_CONNECTIONS


async def test_what_is_in_use_or_was_a_moment_ago_stays(redis, clock):
    base = await open_now(redis)
    async with connect() as ours:
        pool: Any = ours.connection_pool
        taken = [await pool.get_connection() for _ in range(5)]
        await pool.release(taken.pop())
        clock.now_s += IDLE_S
        await pool.release(taken.pop())
        await pool.shrink()
        # Three in use, and the one of now.
        assert await open_now(redis) == base + 4
        for each in taken:
            await each.send_command("PING")
            assert await each.read_response() == b"PONG"
            await pool.release(each)


async def test_what_threads_have_in_use_stays(redis, clock):
    base = await open_now(redis)
    with connect_sync() as ours:
        pool: Any = ours.connection_pool
        taken = [pool.get_connection() for _ in range(5)]
        pool.release(taken.pop())
        clock.now_s += IDLE_S
        pool.shrink()
        assert await open_now(redis) == base + 4
        for each in taken:
            each.send_command("PING")
            assert each.read_response() == b"PONG"
            pool.release(each)


async def test_the_ones_that_are_used_are_not_the_ones_that_are_closed(redis, clock):
    async with connect() as ours:
        pool: Any = ours.connection_pool
        await rush(ours)
        for _ in range(4):
            clock.now_s += IDLE_S / 2
            await ours.ping()
            await pool.shrink()
        [kept, used] = pool._available_connections
        assert kept.is_connected
        assert used.is_connected


async def test_requests_go_on_while_a_pool_shrinks(valkey, monkeypatch):
    monkeypatch.setattr(pools, "IDLE_S", -1.0)
    async with connect() as ours:
        pool: Any = ours.connection_pool
        asking = asyncio.create_task(rushes(ours))
        while not asking.done():
            await pool.shrink()
            # Not without a pause: those who wait for a connection wait a second at most.
            await asyncio.sleep(0.001)
        await asking


async def rushes(ours):
    for _ in range(20):
        await rush(ours)


async def test_threads_go_on_while_their_pool_shrinks(valkey, monkeypatch):
    monkeypatch.setattr(pools, "IDLE_S", -1.0)
    with connect_sync() as ours, ThreadPoolExecutor(MAX_CONNECTIONS) as threads:
        pings = [threads.submit(ours.ping) for _ in range(500)]
        while not all(each.done() for each in pings):
            ours.connection_pool.shrink()
            await asyncio.sleep(0)
        assert all(each.result() for each in pings)


async def test_a_process_shrinks_both_of_its_pools(redis, clock, monkeypatch):
    base = await open_now(redis)

    async def are_few():
        return await open_now(redis) == base + 2 * MIN_CONNECTIONS

    monkeypatch.setattr(client, "SHRINK_EVERY_S", 0.01)
    with connect_sync() as of_threads:
        monkeypatch.setattr(client, "store", lambda: Store(of_threads))
        await asyncio.to_thread(rush_of_threads, of_threads)
        async with Backplane() as backplane:
            await rush(backplane._connection)
            clock.now_s += IDLE_S
            shrinking = asyncio.create_task(backplane._shrink())
            await until(are_few)
            await end(shrinking)
