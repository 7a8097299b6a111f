from __future__ import annotations

import asyncio

import pytest
from redis._parsers import BaseParser
from redis.exceptions import DataError, InvalidResponse, ResponseError

from streaming.backplane.connection import (
    MAX_CONNECTIONS,
    Unavailable,
    connect,
    open_connections,
)
from streaming.backplane.pools import MIN_CONNECTIONS
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


# What counts as away


async def test_a_server_that_is_not_there_is_away(valkey, redis):
    valkey.stop()
    with pytest.raises(Unavailable):
        await redis.ping()


async def test_a_server_that_does_not_answer_is_away(valkey, redis):
    with valkey.frozen(), pytest.raises(Unavailable):
        await redis.ping()


async def test_a_server_that_is_full_is_away(redis):
    await redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(Unavailable):
            await redis.set("key", "value")
    finally:
        await redis.config_set("maxmemory", 0)


async def test_a_copy_that_takes_no_writes_is_away(redis):
    await redis.replicaof("127.0.0.1", 1)
    try:
        with pytest.raises(Unavailable):
            await redis.set("key", "value")
    finally:
        await redis.replicaof("NO", "ONE")


@pytest.mark.parametrize(
    "answer",
    [
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk.",
        "BUSY Redis is busy running a script.",
        "NOREPLICAS Not enough good replicas to write.",
        "CLUSTERDOWN The cluster is down",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "ERR max number of clients reached",
    ],
)
def test_a_server_that_says_so_is_away(answer):
    assert isinstance(BaseParser.parse_error(answer), Unavailable)


async def test_a_wrong_type_of_key_is_our_fault(redis):
    await redis.set("key", "no list")
    with pytest.raises(ResponseError) as raised:
        await redis.lpush("key", "value")
    assert not isinstance(raised.value, Unavailable)


async def test_a_wrong_script_is_our_fault(redis):
    with pytest.raises(ResponseError) as raised:
        await redis.register_script("this is no Lua")()
    assert not isinstance(raised.value, Unavailable)


@pytest.mark.parametrize("error", [DataError, InvalidResponse, FileNotFoundError, PermissionError])
def test_a_wrong_use_of_the_client_is_our_fault(error):
    assert not issubclass(error, Unavailable)
