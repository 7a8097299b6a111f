"""Cameras go on once Redis is back."""

from __future__ import annotations

import asyncio

import pytest

from tests.streaming.publish.conditions import has_ended, is_seen
from tests.streaming.waiting import AGAIN_WITHIN_S, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_frames_flow_again_after_a_restart(filming, watching, valkey):
    await until(lambda: is_seen(watching, filming))
    await asyncio.to_thread(valkey.restart)
    await watching.heard()
    await until(lambda: is_seen(watching, filming), AGAIN_WITHIN_S)
    assert await filming.socket.heard() == []


async def test_a_lease_is_held_again_after_a_restart(filming, valkey, store, camera):
    await asyncio.to_thread(valkey.restart)

    async def is_held():
        lease = await store.holder(camera.pk)
        return lease is not None and lease.session == filming.session

    await until(is_held, AGAIN_WITHIN_S)


async def test_a_camera_that_stops_while_redis_is_away_is_recorded(filming, valkey):
    await asyncio.to_thread(valkey.stop)
    await filming.close()
    await until(lambda: has_ended(filming.session, "peer_failed"))


async def test_offers_are_taken_again_after_a_restart(phone, owner, valkey):
    await asyncio.to_thread(valkey.restart)
    filming = await phone(owner)
    await filming.offer()
    await filming.connect()


async def test_a_frozen_redis_ends_no_session(ingest, filming, watching, valkey):
    await until(lambda: is_seen(watching, filming))
    with valkey.frozen():
        await until(lambda: ingest.backplane.writer.lost)
    await watching.heard()
    await until(lambda: is_seen(watching, filming), AGAIN_WITHIN_S)
    assert await filming.socket.heard() == []
