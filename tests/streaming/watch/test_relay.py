from __future__ import annotations

import asyncio
import time
from functools import partial
from itertools import pairwise

import pytest
from asgiref.sync import sync_to_async

from cameras import database, sessions
from cameras.access import Identity
from cameras.models import Camera
from streaming.domain.liveness import State
from streaming.watch import relay as relay_module
from streaming.watch.relay import newest_pictures
from streaming.watch.seat import Outgoing
from tests.streaming.frames import frame, video
from tests.streaming.waiting import until
from tests.streaming.watch.records import ended_session
from tests.streaming.watch.watchers import Watcher

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


# Frames


async def test_each_frame_is_shown_to_every_viewer(watch, bus, camera, owner, viewer):
    watchers = [await watch(camera, owner), await watch(camera, viewer)]
    for sequence in 1, 2, 3:
        await bus.publish(camera.pk, frame(7, sequence))
    everything = [(7, 1), (7, 2), (7, 3)]
    await until(lambda: all(watcher.frames == everything for watcher in watchers))


async def test_a_state_with_the_session_comes_before_its_first_frame(watch, bus, camera, owner):
    watcher = await watch(camera, owner)
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: watcher.frames)
    before = watcher.shown[: watcher.shown.index((7, 1))]
    assert (before[-1].state, before[-1].session) == (State.LIVE, 7)


async def test_a_state_is_told_once(watch, bus, camera, owner, viewer):
    watchers = [await watch(camera, owner), await watch(camera, viewer)]
    await bus.publish(camera.pk, frame(7, 1))
    # By then it was read from Redis several times.
    await until(lambda: all(len(watcher.states[-1].watching) == 2 for watcher in watchers))
    for watcher in watchers:
        told = [relay_module._shown(state) for state in watcher.states]
        assert all(each != before for before, each in pairwise(told))


async def test_the_order_never_goes_backwards(watch, bus, camera, owner):
    watcher = await watch(camera, owner)
    for order in (7, 1), (7, 3), (7, 2), (7, 3), (8, 1), (7, 4), (6, 9), (8, 2):
        await bus.publish(camera.pk, frame(*order))
    await until(lambda: (8, 2) in watcher.frames)
    assert watcher.frames == [(7, 1), (7, 3), (8, 1), (8, 2)]


async def test_the_frames_of_other_cameras_are_not_shown(watch, bus, camera, owner):
    garden = await Camera.objects.acreate(name="Garden", owner=owner)
    watcher, other = await watch(camera, owner), await watch(garden, owner)
    await bus.publish(garden.pk, frame(9, 1))
    await until(lambda: other.frames)
    assert watcher.frames == []


async def test_who_joins_late_gets_state_and_newest_frame_and_then_each(watch, bus, camera, owner):
    first = await watch(camera, owner)
    for sequence in 1, 2:
        await bus.publish(camera.pk, frame(7, sequence))
    await until(lambda: (7, 2) in first.frames)
    late = await watch(camera, owner)
    state, newest = late.shown[-2:]
    assert (state.state, state.session, newest) == (State.LIVE, 7, (7, 2))
    await bus.publish(camera.pk, frame(7, 3))
    await until(lambda: late.frames == [(7, 2), (7, 3)])


async def test_the_first_to_join_gets_the_newest_frame_of_before(
    watch, writer, live, camera, owner
):
    await live()
    writer.image(camera.pk, frame(7, 5), received_at=time.time() * 1000)
    await writer.flush()
    watcher = await watch(camera, owner)
    state, newest = watcher.shown[-2:]
    assert (state.state, state.session, newest) == (State.LIVE, 7, (7, 5))


async def test_all_who_join_at_first_get_the_newest_frame_of_before(
    hub, writer, live, camera, owner
):
    await live()
    writer.image(camera.pk, frame(7, 5), received_at=time.time() * 1000)
    await writer.flush()
    watchers = [Watcher(Identity(owner.pk, None, None)) for _ in range(3)]
    for watcher in watchers:
        hub.add(watcher)
    await asyncio.gather(*(hub.join(watcher, camera.pk) for watcher in watchers))
    await until(lambda: all(watcher.frames == [(7, 5)] for watcher in watchers))
    for watcher in watchers:
        hub.remove(watcher)


async def test_what_was_shown_of_before_is_not_shown_again(watch, bus, writer, live, camera, owner):
    await live()
    writer.image(camera.pk, frame(7, 5), received_at=time.time() * 1000)
    await writer.flush()
    watcher = await watch(camera, owner)
    for sequence in 4, 5, 6:
        await bus.publish(camera.pk, frame(7, sequence))
    await until(lambda: (7, 6) in watcher.frames)
    assert watcher.frames == [(7, 5), (7, 6)]


async def test_a_picture_of_an_earlier_session_is_not_shown(watch, writer, live, camera, owner):
    await live(State.CONNECTING, session=8)
    writer.image(camera.pk, frame(7, 5), received_at=time.time() * 1000)
    await writer.flush()
    watcher = await watch(camera, owner)
    assert (watcher.frames, watcher.state) == ([], State.CONNECTING)


async def test_a_picture_older_than_ten_seconds_is_not_shown(
    monkeypatch, watch, writer, live, bus, camera, owner
):
    await live()
    writer.image(camera.pk, frame(7, 5), received_at=time.time() * 1000 - 10_100)
    await writer.flush()
    first = await watch(camera, owner)
    assert first.frames == []
    await bus.publish(camera.pk, frame(7, 6))
    await until(lambda: first.frames == [(7, 6)])
    monkeypatch.setattr(relay_module, "IMAGE_TTL_S", 0)
    late = await watch(camera, owner)
    assert late.frames == []


def test_of_pictures_that_wait_only_the_newest_is_worth_showing():
    frames = [Outgoing(each) for each in (frame(7, 1), video(7, 1, key=True), frame(7, 2))]
    assert newest_pictures(frames) == frames[1:]


async def test_pictures_are_not_shown_twice_to_who_joins_while_they_come(
    hub, bus, store, writer, live, camera, owner
):
    await live()
    watcher = Watcher(Identity(owner.pk, None, None))
    hub.add(watcher)
    joining = asyncio.create_task(hub.join(watcher, camera.pk))
    sequence = 0
    while not joining.done():
        sequence += 1
        await bus.publish(camera.pk, frame(7, sequence))
    await bus.publish(camera.pk, frame(7, sequence + 1))
    await until(lambda: (7, sequence + 1) in watcher.frames)
    assert watcher.frames == sorted(set(watcher.frames))
    hub.remove(watcher)


# States


async def test_a_changed_state_is_shown(watch, live, camera, owner):
    watcher = await watch(camera, owner)
    assert watcher.state is State.OFF
    for state in State.CONNECTING, State.LIVE, State.PAUSED:
        await live(state)
        await until(partial(is_shown, watcher, state))


def is_shown(watcher, state):
    return watcher.state is state


async def test_what_stays_the_same_is_shown_once(watch, live, camera, owner):
    await live(fps=30.0)
    watcher = await watch(camera, owner)
    # Whoever comes is counted, and shown once more.
    await until(lambda: watcher.states[-1].watching)
    shown = len(watcher.states)
    await live(fps=29.0)
    await live(State.PAUSED)
    await until(lambda: watcher.state is State.PAUSED)
    assert len(watcher.states) == shown + 1


async def test_a_camera_without_a_sign_of_life_is_lost(watch, live, camera, owner):
    await live()
    watcher = await watch(camera, owner)
    assert watcher.state is State.LIVE
    await live(silent_ms=2_501)
    # 3 s promised.
    await until(lambda: watcher.state is State.LOST, within_s=9.0)


async def test_why_a_camera_is_off_is_shown(watch, live, camera, owner):
    watcher = await watch(camera, owner)
    await live(State.OFF, reason="disconnected")
    await until(lambda: watcher.states[-1].reason == "disconnected")


async def test_how_a_camera_ended_is_shown_though_redis_has_forgotten(watch, camera, owner):
    await sync_to_async(ended_session)(camera, "peer_failed")
    watcher = await watch(camera, owner)
    state = watcher.states[0]
    assert (state.state, state.reason, state.publisher) == (State.OFF, "peer_failed", "olga")


async def test_how_it_ended_stays_known_when_redis_forgets(watch, live, redis, camera, owner):
    watcher = await watch(camera, owner)
    await live(State.OFF, reason="disconnected", publisher="vera")
    await until(lambda: watcher.states[-1].reason == "disconnected")
    await redis.delete(f"client:{camera.pk}")
    await watch(camera, owner)
    # Where the database takes its time, it is off without a reason meanwhile.
    assert {each.reason for each in watcher.states} - {""} == {"never", "disconnected"}
    assert watcher.states[-1].reason == "disconnected"


async def test_a_database_that_is_away_leaves_the_camera_off(watch, monkeypatch, camera, owner):
    def fail(_ids):
        raise database.Unavailable[0]("away")

    monkeypatch.setattr(database, "outages", database.Outages())
    monkeypatch.setattr(sessions, "last_sessions", fail)
    watcher = await watch(camera, owner)
    assert (watcher.state, watcher.states[-1].reason) == (State.OFF, "")


async def test_how_many_watch_is_shown(watch, camera, owner, viewer):
    first = await watch(camera, owner)
    await until(lambda: len(first.states[-1].watching) == 1)
    await watch(camera, viewer)
    await until(lambda: sorted(first.states[-1].watching) == ["olga", "vera"])


async def test_a_state_read_before_a_new_session_does_not_hide_it(watch, live, bus, camera, owner):
    await live(session=7)
    watcher = await watch(camera, owner)
    await bus.publish(camera.pk, frame(8, 1))
    await until(lambda: watcher.states[-1].session == 8)
    shown = len(watcher.states)
    for _ in range(3):
        await live(session=7, state=State.OFF)
        await bus.publish(camera.pk, frame(8, 1))
    await live(session=8, state=State.PAUSED)
    await until(lambda: watcher.state is State.PAUSED)
    assert {state.session for state in watcher.states[shown:]} == {8}


async def test_a_frame_says_that_a_camera_is_live_before_its_state_does(
    watch, live, bus, camera, owner
):
    await live(State.PAUSED)
    watcher = await watch(camera, owner)
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: watcher.frames)
    before = watcher.shown[: watcher.shown.index((7, 1))]
    assert before[-1].state is State.LIVE
