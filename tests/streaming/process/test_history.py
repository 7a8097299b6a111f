from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import cast

import pytest
from django.db import OperationalError

from cameras import history as records
from cameras.models import Camera, CameraMinute, CaptureSession
from streaming.backplane.client import Backplane
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.domain.liveness import State
from streaming.process import history
from streaming.process.history import HELD_S, MAX_WAITING, History
from tests.streaming.waiting import end, until


class Processes:
    """Ingest processes before one Redis, and what they say of one camera."""

    def __init__(self, store, writer, monkeypatch):
        self.store, self.writer = store, writer
        self.frames = 0
        self._minute = history._this_minute()
        monkeypatch.setattr(history, "_this_minute", lambda: self._minute)

    def start(self, name="one"):
        return History(cast(Backplane, self), name)

    async def publish(self, camera):
        self.frames += 150
        state = LiveState(
            State.LIVE, session=1, frames=self.frames, fps=30.0, last_seen=time.time() * 1000
        )
        self.writer.live(camera.pk, state, publishing=True)
        await self.writer.flush()

    def next_minute(self):
        self._minute += timedelta(minutes=1)

    async def minute(self, camera, *histories):
        """Samples of a minute, and the first one of the next."""
        for _ in range(2):
            await self.publish(camera)
            for each in histories:
                await each.sample()
        self.next_minute()
        for each in histories:
            await each.sample()


@pytest.fixture
def processes(store, writer, monkeypatch):
    return Processes(store, writer, monkeypatch)


pytestmark = pytest.mark.django_db(transaction=True)


async def minutes():
    return [each async for each in CameraMinute.objects.order_by("minute")]


async def test_each_minute_is_written_once_it_is_over(processes, camera):
    one = processes.start()
    await processes.minute(camera, one)
    await one.write()
    [minute] = await minutes()
    assert (minute.camera_id, minute.frames, minute.fps) == (camera.pk, 150, 30.0)
    await processes.minute(camera, one)
    await one.write()
    assert len(await minutes()) == 2


async def test_of_several_processes_one_does_it(processes, camera):
    one, other = processes.start("one"), processes.start("other")
    await processes.minute(camera, one, other)
    await asyncio.gather(one.write(), other.write())
    assert len(await minutes()) == 1
    assert not other._waiting


async def test_another_goes_on_when_that_one_died(processes, camera, redis):
    one, other = processes.start("one"), processes.start("other")
    await processes.minute(camera, one, other)
    assert 0 < await redis.pttl("held:history") <= HELD_S * 1000
    await redis.delete("held:history")
    await processes.minute(camera, other)
    await other.write()
    assert len(await minutes()) == 1


async def test_while_the_database_is_away_minutes_wait(processes, camera, monkeypatch):
    one = processes.start()
    with monkeypatch.context() as away:
        away.setattr(records, "record", _fail)
        for _ in range(3):
            await processes.minute(camera, one)
            await one.write()
    await one.write()
    assert (len(await minutes()), one.lost) == (3, 0)


def _fail(*_):
    raise OperationalError("database is locked")


async def test_too_many_minutes_give_way_and_are_counted(processes, camera, monkeypatch):
    monkeypatch.setattr(history, "MAX_WAITING", 2)
    assert MAX_WAITING == 60
    one = processes.start()
    for _ in range(5):
        await processes.minute(camera, one)
    assert one.lost == 3
    await one.write()
    assert len(await minutes()) == 2


async def test_without_redis_nothing_is_made_up(processes, camera, valkey):
    one = processes.start()
    await processes.minute(camera, one)
    await asyncio.to_thread(valkey.stop)
    with pytest.raises(Unavailable):
        await one.sample()
    await asyncio.to_thread(valkey.start)


async def test_it_runs_by_itself_and_counts_on_from_the_records(
    processes, camera, store, monkeypatch
):
    monkeypatch.setattr(history, "SAMPLE_S", 0.01)
    monkeypatch.setattr(history, "_WRITE_EVERY_S", 0.01)
    await CaptureSession.objects.acreate(camera=camera, transport="webrtc", frames=5000)
    running = [asyncio.create_task(each) for each in processes.start().work().values()]
    for _ in range(2):
        await processes.publish(camera)
        await asyncio.sleep(0.1)
    processes.next_minute()
    await until(lambda: CameraMinute.objects.aexists())
    await processes.publish(camera)
    assert await store.frames() == 5000
    for each in running:
        await end(each)


async def test_a_minute_of_a_hundred_cameras_costs_little(processes, owner, capsys):
    """Printed, and written down in docs/capacity.md."""
    cameras = [Camera(name=f"C{n}", slug=f"c{n}", owner=owner) for n in range(100)]
    await Camera.objects.abulk_create(cameras)
    one = processes.start()
    for camera in cameras:
        await processes.publish(camera)
    began_s = time.process_time()
    for _ in range(12):
        await one.sample()
    sampled_s = time.process_time()
    processes.next_minute()
    await one.sample()
    began_write_s = time.process_time()
    await one.write()
    written_s = time.process_time()
    with capsys.disabled():
        print(
            f"\n100 cameras: {1000 * (sampled_s - began_s) / 12:.0f} ms of CPU a sample,"
            f" {1000 * (sampled_s - began_s):.0f} ms a minute; written in"
            f" {1000 * (written_s - began_write_s):.0f} ms"
        )
    assert len(await minutes()) == 100
