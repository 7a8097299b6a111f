from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from streaming.redis import connect
from streaming.store import AsyncStore
from streaming.store_writer import StoreWriter
from tests.valkey import Valkey


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    """The client of one process."""
    async with connect() as client:
        yield client


@pytest.fixture
def store(redis: Redis) -> AsyncStore:
    return AsyncStore(redis)


@pytest.fixture
def writer(redis: Redis) -> StoreWriter:
    return StoreWriter(redis)
