from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager

import pytest

from streaming.backplane.store import ProcessFacts
from streaming.process import stats
from tests.streaming.waiting import until

WEB = ProcessFacts("w", "web", viewers=1, cached=2)
INGEST = ProcessFacts("i", "ingest", publishers=1, peers=1)
LINE = "Stats: 1250 frames, 2 clients, Cache: 2, Redis: OK, Active peers: 1"


@pytest.fixture
def logged(caplog, monkeypatch):
    caplog.set_level(logging.INFO, "streaming.process.stats")
    # A little more than the second that is taken off.
    monkeypatch.setattr(stats, "EVERY_S", 1.05)
    return lambda: [record.getMessage() for record in caplog.records]


@asynccontextmanager
async def processes(*stores):
    """Ingest processes, one for each store."""
    tasks = [asyncio.create_task(stats.log_stats(store)) for store in stores]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def test_the_line_says_what_all_processes_count():
    assert stats.line(1250, [WEB, INGEST]) == LINE


def test_the_numbers_of_processes_are_added():
    assert stats.line(0, [WEB, WEB, INGEST, INGEST, INGEST]) == (
        "Stats: 0 frames, 5 clients, Cache: 4, Redis: OK, Active peers: 3"
    )


def test_writes_that_were_lost_are_said():
    processes = [
        ProcessFacts("w", "web", lost_writes=2),
        ProcessFacts("i", "ingest", lost_writes=3),
    ]
    assert "Redis: OK (5 writes lost), " in stats.line(0, processes)


def test_a_system_at_rest_has_a_line_too():
    assert stats.line(0, []) == "Stats: 0 frames, 0 clients, Cache: 0, Redis: OK, Active peers: 0"


async def test_of_several_processes_one_logs_the_line(store, redis, writer, logged):
    await redis.set("frames", 1250)
    for facts in WEB, INGEST:
        writer.process(facts)
    await writer.flush()
    await redis.config_resetstat()
    async with processes(store, store, store):
        await until(lambda: _have_asked(redis, 3))
        await until(logged)
    assert logged() == [LINE]


async def _have_asked(redis, count):
    asked = (await redis.info("commandstats")).get("cmdstat_set", {})
    return asked.get("calls") == count


async def test_each_process_says_that_redis_is_away(store, valkey, logged):
    valkey.stop()
    async with processes(store, store):
        await until(lambda: len(logged()) >= 2)
    assert logged() == ["Stats: Redis: away"] * 2


async def test_the_line_comes_every_thirty_seconds():
    assert stats.EVERY_S == 30.0
