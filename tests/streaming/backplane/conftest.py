from __future__ import annotations

import pytest

from streaming.backplane.connection import connect_sync
from streaming.backplane.store import Store


@pytest.fixture
def reader(valkey):
    with connect_sync() as client:
        yield Store(client)


@pytest.fixture
async def now_ms(redis):
    seconds, microseconds = await redis.time()
    return seconds * 1000 + microseconds / 1000
