from __future__ import annotations

import asyncio
from contextlib import aclosing
from uuid import UUID

import pytest

from cameras import database
from cameras.access import Identity
from cameras.models import Camera
from streaming.backplane.bus import FrameBus
from streaming.backplane.live_state import LiveState
from streaming.domain.liveness import State
from tests.streaming.waiting import end, until
from tests.streaming.watch.viewing import is_relayed
from tests.streaming.watch.watchers import Watcher


@pytest.fixture(autouse=True)
def _database_is_there(monkeypatch):
    """Whatever tests before have made of it."""
    monkeypatch.setattr(database, "outages", database.Outages())


@pytest.fixture
def public(camera):
    Camera.objects.update(visibility="public")
    return camera


@pytest.fixture
async def watching(watching, camera, hub):
    """A page of the owner that frames of the camera reach."""
    await until(lambda: is_relayed(hub, camera))
    return watching


@pytest.fixture
def watch(hub):
    """Lets somebody watch; returns the watcher once frames would reach them."""
    watchers = []

    async def watch(camera, user=None, name=""):
        watcher = Watcher(Identity(user and user.pk, None, None), name or str(user or ""))
        watchers.append(watcher)
        hub.add(watcher)
        await hub.join(watcher, camera.pk)
        await until(lambda: is_relayed(hub, camera))
        return watcher

    yield watch
    for watcher in watchers:
        hub.remove(watcher)


@pytest.fixture
async def live(redis, writer, camera):
    """Writes a live state of the camera, refreshed just now."""

    async def write(state=State.LIVE, session=7, silent_ms=0.0, **facts):
        seconds, microseconds = await redis.time()
        now_ms = seconds * 1000 + microseconds / 1000
        written = LiveState(state=state, session=session, last_seen=now_ms - silent_ms, **facts)
        writer.live(camera.pk, written, publishing=True)
        await writer.flush()

    return write


@pytest.fixture
async def noticed(bus):
    """What is said to every process, as it comes."""
    notices = []

    async def listen():
        async with aclosing(FrameBus().notices()) as source:
            async for notice in source:
                notices.append(notice)

    async def is_heard():
        await bus.ask_key_frame(UUID(int=0))
        return notices

    listening = asyncio.create_task(listen())
    await until(is_heard)
    yield notices
    await end(listening)
