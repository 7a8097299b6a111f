"""Viewers see what goes on again, once Redis is back."""

from __future__ import annotations

import asyncio

import pytest

from cameras.access import Identity
from cameras.models import Grant
from streaming.backplane.connection import Unavailable
from streaming.domain.liveness import State
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change
from tests.streaming.frames import frame
from tests.streaming.waiting import AGAIN_WITHIN_S, until
from tests.streaming.watch.viewing import is_relayed
from tests.streaming.watch.watchers import Watcher

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_frames_come_again_after_a_restart(watch, bus, valkey, camera, owner):
    watcher = await watch(camera, owner)
    await asyncio.to_thread(valkey.restart)

    async def is_shown():
        with_frames = len(watcher.frames)
        try:
            await bus.publish(camera.pk, frame(7, with_frames + 1))
        except Unavailable:
            return False
        return with_frames > 1

    await until(is_shown, AGAIN_WITHIN_S)
    assert watcher.state is State.LIVE


async def test_the_state_is_unknown_while_redis_is_away(watch, live, valkey, camera, owner):
    await live()
    watcher = await watch(camera, owner)
    await asyncio.to_thread(valkey.stop)
    await until(lambda: watcher.state is State.UNKNOWN)
    assert watcher.states[-1].session == 7
    await asyncio.to_thread(valkey.start)
    await until(lambda: watcher.state is not State.UNKNOWN, AGAIN_WITHIN_S)


async def test_a_camera_that_went_while_redis_was_away_is_off(watch, bus, valkey, camera, owner):
    watcher = await watch(camera, owner)
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: watcher.frames)
    await asyncio.to_thread(valkey.restart)
    await until(lambda: watcher.state is State.OFF, AGAIN_WITHIN_S)


async def test_who_joins_while_redis_is_away_sees_frames_later(hub, bus, valkey, camera, owner):
    await asyncio.to_thread(valkey.stop)
    watcher = Watcher(Identity(owner.pk, None, None))
    hub.add(watcher)
    await hub.join(watcher, camera.pk)
    assert watcher.state is State.UNKNOWN
    await asyncio.to_thread(valkey.start)
    await until(lambda: is_relayed(hub, camera), AGAIN_WITHIN_S)
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: watcher.frames == [(7, 1)])
    hub.remove(watcher)


async def test_rights_withdrawn_while_redis_is_away_end_too(
    rechecks_often, watch, valkey, camera, viewer
):
    watcher = await watch(camera, viewer)
    await asyncio.to_thread(valkey.stop)
    await Grant.objects.filter(user=viewer).adelete()
    await until(lambda: watcher.dropped == [camera.pk])


async def test_changes_are_heard_again_after_a_restart(watch, bus, valkey, camera, viewer):
    watcher = await watch(camera, viewer)
    await asyncio.to_thread(valkey.restart)
    # Says nothing to anybody.
    await Grant.objects.filter(user=viewer).aupdate(user=camera.owner_id)

    async def is_dropped():
        try:
            await bus.announce(Change(ChangeKind.ACCESS, camera.pk))
        except Unavailable:
            return False
        return watcher.dropped == [camera.pk]

    await until(is_dropped, AGAIN_WITHIN_S)
