from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from streaming.redis import connect
from streaming.relay import Hub
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


@pytest.fixture
async def hub(valkey: Valkey, db: None) -> AsyncIterator[Hub]:
    """The relays of one web process."""
    hub = Hub()
    running = hub.start()
    yield hub
    running.cancel()
    await asyncio.wait([running])
