from __future__ import annotations

import asyncio
import threading

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError, connection

from cameras.models import Camera
from streaming import lanes
from streaming.lanes import Lane
from tests.streaming.waiting import WITHIN_S

pytestmark = pytest.mark.django_db(transaction=True)

LANES = [lanes.HANDSHAKES, lanes.AUTHENTICATION, lanes.VIEWERS, lanes.RIGHTS, lanes.AUDIT]


@pytest.fixture
async def crowd():
    """Whoever holds a thread for as long as the test lasts."""
    enough = threading.Event()
    held = []

    def hold(run):
        held.append(asyncio.ensure_future(run(enough.wait)))

    yield hold
    enough.set()
    await asyncio.gather(*held)


@pytest.mark.parametrize("crowded", LANES)
async def test_whoever_crowds_a_lane_holds_up_no_other(crowd, crowded):
    crowd(crowded.run)
    others = [lane.run(Camera.objects.count) for lane in LANES if lane is not crowded]
    others.append(database_sync_to_async(Camera.objects.count)())
    async with asyncio.timeout(WITHIN_S):
        assert await asyncio.gather(*others) == [0] * len(LANES)


async def test_those_who_publish_hold_up_no_lane(crowd):
    crowd(lambda work: database_sync_to_async(work)())
    async with asyncio.timeout(WITHIN_S):
        assert await asyncio.gather(*(lane.run(Camera.objects.count) for lane in LANES))


async def test_a_connection_stays_open(lane):
    first = await lane.run(of_the_thread)
    assert first is not None
    assert await lane.run(of_the_thread) is first


async def test_a_connection_that_nobody_uses_is_closed(lane, monkeypatch):
    monkeypatch.setattr(lanes, "IDLE_S", 0.01)
    assert await lane.run(of_the_thread) is not None
    await asyncio.sleep(0.1)
    assert await lane.run(lambda: connection.connection) is None


async def test_a_broken_connection_is_replaced_and_the_work_done_again(lane):
    first = await lane.run(of_the_thread)
    attempts = []

    def work():
        attempts.append(connection.connection)
        if connection.connection is first:
            raise OperationalError("server closed the connection unexpectedly")
        return Camera.objects.count()

    assert await lane.run(work) == 0
    assert attempts == [first, None]


async def test_without_a_database_it_is_tried_once(lane):
    attempts = []

    def work():
        attempts.append(1)
        raise OperationalError("connection refused")

    with pytest.raises(OperationalError):
        await lane.run(work)
    assert attempts == [1]


async def test_what_fails_for_another_reason_is_not_done_again(lane):
    await lane.run(Camera.objects.count)
    with pytest.raises(ZeroDivisionError):
        await lane.run(lambda: 1 / 0)


@pytest.fixture
def lane():
    return Lane("test")


def of_the_thread():
    Camera.objects.count()
    return connection.connection
