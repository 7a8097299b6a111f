from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.test import override_settings
from django.utils import timezone

from cameras import audit, sessions
from cameras.audit import Visit, Who
from cameras.identity import Identity
from cameras.models import AuditEvent, CaptureSession
from streaming.backplane.facts import ProcessFacts
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import AsyncStore
from streaming.process import housekeeping
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
    tasks = [asyncio.create_task(housekeeping.keep_clean(store)) for store in stores]
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
    assert housekeeping.CLEAN_EVERY_S == 60.0
    monkeypatch.setattr(housekeeping, "CLEAN_EVERY_S", 2.0)
    await publish(writer, redis, gone=True)
    async with keeping_clean(store, store):
        await until(lambda: len(turns) >= 2)
        await until(lambda: _are_listed(redis, 1))
    assert sorted(turns[:2]) == [False, True]


async def _are_listed(redis, count):
    return await redis.scard("clients") == count


async def test_it_waits_for_redis(store, writer, redis, valkey, monkeypatch):
    monkeypatch.setattr(housekeeping, "CLEAN_EVERY_S", 1.05)
    await asyncio.to_thread(valkey.stop)
    async with keeping_clean(store):
        await asyncio.sleep(1.2)
        await asyncio.to_thread(valkey.start)
        await publish(writer, redis, gone=True)
        await until(lambda: _are_listed(redis, 1))


# The line in the log


WEB = ProcessFacts("w", "web", viewers=1, cached=2)
INGEST = ProcessFacts("i", "ingest", publishers=1, peers=1)
LINE = "Stats: 1250 frames, 2 clients, Cache: 2, Redis: OK, Active peers: 1"


@pytest.fixture
def logged(caplog, monkeypatch):
    caplog.set_level(logging.INFO, "streaming.process.housekeeping")
    # A little more than the second that is taken off.
    monkeypatch.setattr(housekeeping, "STATS_EVERY_S", 1.5)
    return lambda: [record.getMessage() for record in caplog.records]


@asynccontextmanager
async def processes(*stores):
    """Ingest processes, one for each store."""
    tasks = [asyncio.create_task(housekeeping.log_stats(store)) for store in stores]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def test_the_line_says_what_all_processes_count():
    assert housekeeping.line(1250, [WEB, INGEST]) == LINE


def test_the_numbers_of_processes_are_added():
    assert housekeeping.line(0, [WEB, WEB, INGEST, INGEST, INGEST]) == (
        "Stats: 0 frames, 5 clients, Cache: 4, Redis: OK, Active peers: 3"
    )


def test_writes_that_were_lost_are_said():
    processes = [
        ProcessFacts("w", "web", lost_writes=2),
        ProcessFacts("i", "ingest", lost_writes=3),
    ]
    assert "Redis: OK (5 writes lost), " in housekeeping.line(0, processes)


def test_a_system_at_rest_has_a_line_too():
    assert (
        housekeeping.line(0, [])
        == "Stats: 0 frames, 0 clients, Cache: 0, Redis: OK, Active peers: 0"
    )


async def test_of_several_processes_one_logs_the_line(store, redis, writer, logged, monkeypatch):
    # However late a busy machine lets the others ask, it is within the time of the first.
    first_within = store.first_within
    monkeypatch.setattr(store, "first_within", lambda what, _: first_within(what, 60.0))
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


async def test_the_line_comes_as_soon_as_redis_is_back(store, valkey, logged, monkeypatch):
    await asyncio.to_thread(valkey.stop)
    async with processes(store):
        await until(logged)
        monkeypatch.setattr(housekeeping, "STATS_EVERY_S", 60.0)
        await asyncio.to_thread(valkey.start)
        await until(lambda: len(logged()) >= 2)
    assert logged()[1].startswith("Stats: 0 frames")


async def test_the_line_comes_every_thirty_seconds():
    assert housekeeping.STATS_EVERY_S == 30.0


@pytest.mark.django_db(transaction=True)
async def test_old_sessions_are_deleted_by_and_by(camera, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_PRUNED", 2)
    monkeypatch.setattr(housekeeping, "_PRUNE_AGAIN_S", 0.01)
    ended = timezone.now() - timedelta(days=8)
    for _ in range(5):
        await CaptureSession.objects.acreate(
            camera=camera, ended=ended, end_reason="stopped", transport="webrtc"
        )
    recent = await CaptureSession.objects.acreate(camera=camera, transport="webrtc")
    with override_settings(SKYSENTRY={"SESSIONS_KEPT_DAYS": 7}):
        pruning = asyncio.create_task(housekeeping.prune_sessions())

        async def only_the_recent_one_is_left():
            return [each.pk async for each in CaptureSession.objects.all()] == [recent.pk]

        await until(only_the_recent_one_is_left)
        await end(pruning)


@pytest.mark.django_db(transaction=True)
async def test_the_audit_log_is_kept_for_so_many_days(camera):
    row = await AuditEvent.objects.aget(camera=camera)
    before = timezone.now() - timedelta(days=8)
    await AuditEvent._base_manager.filter(pk=row.pk).aupdate(started=before)
    with override_settings(SKYSENTRY={"AUDIT_KEPT_DAYS": 7}):
        pruning = asyncio.create_task(housekeeping.prune_audit())

        async def is_gone():
            return not await AuditEvent.objects.filter(pk=row.pk).aexists()

        await until(is_gone)
        await end(pruning)
    assert await AuditEvent.objects.aexists()


@pytest.mark.django_db(transaction=True)
async def test_visits_that_a_crash_left_open_are_closed(camera):
    long_ago = timezone.now() - timedelta(minutes=10)
    visit = Visit("v", camera.pk, Who.of(Identity(), "", "192.0.2.7"), started=long_ago)
    await sync_to_async(audit.write)("dead", [visit], [])
    await AuditEvent._base_manager.filter(visit="v").aupdate(last_seen=long_ago)
    closing = asyncio.create_task(housekeeping.close_abandoned())

    async def is_closed():
        return await AuditEvent.objects.filter(visit="v", ended=long_ago).aexists()

    await until(is_closed)
    await end(closing)
