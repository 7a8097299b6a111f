from __future__ import annotations

import asyncio

from streaming.backplane.connection import (
    MAX_CONNECTIONS,
    MIN_CONNECTIONS,
    connect,
    open_connections,
)
from tests.streaming.waiting import WITHIN_S


async def connections(client):
    return len(await client.client_list(_type="normal"))


async def test_the_least_connections_are_open_before_they_are_needed(valkey, redis):
    before = await connections(redis)
    async with connect() as client:
        await open_connections(client)
        assert await connections(redis) == before + MIN_CONNECTIONS


async def test_who_comes_when_the_most_connections_are_in_use_waits_for_one(valkey, redis):
    before = await connections(redis)
    async with connect() as client, asyncio.timeout(WITHIN_S):
        await asyncio.gather(*(client.ping() for _ in range(3 * MAX_CONNECTIONS)))
        assert await connections(redis) == before + MAX_CONNECTIONS


async def test_a_process_starts_without_redis(valkey):
    valkey.stop()
    async with connect() as client:
        await open_connections(client)
