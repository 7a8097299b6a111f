from __future__ import annotations

import asyncio

import pytest

from cameras.access import Identity
from cameras.models import Camera, Grant
from streaming.watch import hub as hub_module
from streaming.watch import lookups
from tests.streaming.frames import frame
from tests.streaming.groups import listeners
from tests.streaming.waiting import DARK_WITHIN_S, WITHIN_S, until
from tests.streaming.watch.viewing import is_quiet, is_relayed
from tests.streaming.watch.watchers import Watcher

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


# Relays


async def test_a_camera_has_one_relay_however_many_watch(hub, watch, redis, camera, owner):
    watchers = [await watch(camera, owner) for _ in range(5)]
    assert await listeners(redis, f"camera.{camera.pk}") == 1
    assert len(hub._relays) == 1
    for watcher in watchers[1:]:
        hub.leave(watcher, camera.pk)
    assert len(hub._relays) == 1
    hub.leave(watchers[0], camera.pk)
    await until(lambda: is_quiet(redis))


async def test_whoever_goes_leaves_all_cameras(hub, watch, redis, camera, owner):
    watcher = await watch(camera, owner)
    hub.remove(watcher)
    assert (watcher.cameras, hub._relays) == (set(), {})
    await until(lambda: is_quiet(redis))


async def test_many_who_join_at_once_share_a_relay(hub, redis, bus, camera, owner):
    watchers = [Watcher(Identity(owner.pk, None, None)) for _ in range(20)]
    for watcher in watchers:
        hub.add(watcher)
    await asyncio.gather(*(hub.join(watcher, camera.pk) for watcher in watchers))
    await until(lambda: is_relayed(hub, camera))
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: all(watcher.frames == [(7, 1)] for watcher in watchers))
    for watcher in watchers:
        hub.remove(watcher)


async def test_who_left_while_joining_is_shown_nothing(hub, camera, owner):
    watcher = Watcher(Identity(owner.pk, None, None))
    hub.add(watcher)
    joining = asyncio.create_task(hub.join(watcher, camera.pk))
    await asyncio.sleep(0)
    hub.remove(watcher)
    await joining
    assert (watcher.shown, hub._relays) == ([], {})


@pytest.mark.parametrize("steps", range(0, 60, 3))
async def test_who_leaves_at_any_moment_leaves_no_relay_behind(hub, camera, owner, steps):
    watcher = Watcher(Identity(owner.pk, None, None))
    hub.add(watcher)
    joining = asyncio.create_task(hub.join(watcher, camera.pk))
    await asyncio.sleep(0)
    relaying = hub._relaying[camera.pk]
    for _ in range(steps):
        await asyncio.sleep(0)
    hub.remove(watcher)
    await joining
    await asyncio.wait([relaying], timeout=WITHIN_S)
    assert relaying.done()


async def test_a_relay_ends_with_its_last_viewer_though_redis_is_away(
    hub, watch, valkey, camera, owner
):
    watcher = await watch(camera, owner)
    relaying = hub._relaying[camera.pk]
    await asyncio.to_thread(valkey.stop)
    hub.remove(watcher)
    await asyncio.wait([relaying], timeout=5)
    assert relaying.cancelled()


# What others hear of a web process


async def test_the_owner_learns_who_watches(watch, store, camera, owner, viewer):
    # Or a visitor is turned away as soon as the rights are asked again.
    await Camera.objects.aupdate(visibility="public")
    await watch(camera, viewer)
    await watch(camera, None)
    await until(lambda: _are_watching(store, camera, ["", "vera"]))


async def _are_watching(store, camera, names):
    [state] = await store.live([camera.pk])
    return sorted(state.watching) == names


async def test_who_left_watches_no_more(hub, watch, store, camera, viewer):
    watcher = await watch(camera, viewer)
    await until(lambda: _are_watching(store, camera, ["vera"]))
    hub.remove(watcher)
    await until(lambda: _are_watching(store, camera, []))


async def test_a_web_process_tells_what_it_counts(hub, watch, bus, store, camera, owner):
    watchers = [await watch(camera, owner) for _ in range(2)]
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: all(watcher.frames for watcher in watchers))

    async def is_told():
        return [(each.role, each.viewers, each.cached) for each in await store.processes()] == [
            ("web", 2, 1)
        ]

    await until(is_told)


async def test_what_made_way_is_counted_after_its_viewer_has_gone(watch, hub, store, camera, owner):
    watcher = await watch(camera, owner)
    watcher.seat(camera.pk).skipped = 5
    await until(lambda: skipped(store, 5))
    hub.remove(watcher)
    watcher = await watch(camera, owner)
    watcher.seat(camera.pk).skipped = 2
    await until(lambda: skipped(store, 7))


async def skipped(store, count):
    return [each.skipped for each in await store.processes()] == [count]


# Rights


async def test_a_withdrawn_grant_drops_its_viewer_and_nobody_else(watch, camera, owner, viewer):
    staying, leaving = await watch(camera, owner), await watch(camera, viewer)
    await Grant.objects.filter(user=viewer).adelete()
    await until(lambda: leaving.dropped == [camera.pk], DARK_WITHIN_S)
    assert (staying.dropped, staying.cameras) == ([], {camera.pk})
    assert (leaving.cameras, leaving.signed_off) == (set(), False)


async def test_a_disabled_camera_drops_everybody(watch, redis, camera, owner, viewer):
    watchers = [await watch(camera, owner), await watch(camera, viewer)]
    camera.enabled = False
    await camera.asave()
    await until(lambda: all(watcher.dropped for watcher in watchers), DARK_WITHIN_S)
    await until(lambda: is_quiet(redis))


async def test_a_camera_that_is_private_again_drops_visitors(watch, camera, owner):
    camera.visibility = "public"
    await camera.asave()
    visitor, staying = await watch(camera, None), await watch(camera, owner)
    camera.visibility = "private"
    await camera.asave()
    await until(lambda: visitor.dropped, DARK_WITHIN_S)
    assert (visitor.signed_off, staying.dropped) == (False, [])


async def test_a_change_that_concerns_others_drops_nobody(watch, camera, viewer, stranger):
    watcher = await watch(camera, viewer)
    garden = await Camera.objects.acreate(name="Garden", owner=stranger)
    sentry = await watch(garden, stranger)
    garden.enabled = False
    await garden.asave()
    await until(lambda: sentry.dropped, DARK_WITHIN_S)
    assert watcher.dropped == []


async def test_a_closed_account_is_dropped_and_signed_off(watch, camera, viewer):
    watcher = await watch(camera, viewer)
    viewer.is_active = False
    await viewer.asave()
    await until(lambda: watcher.signed_off, DARK_WITHIN_S)
    assert watcher.dropped == [camera.pk]


async def test_signing_out_ends_the_session_of_its_page_alone(hub, watch, async_client, viewer):
    await async_client.aforce_login(viewer)
    key = (await async_client.asession()).session_key
    here = Watcher(Identity(viewer.pk, key, None))
    elsewhere = Watcher(Identity(viewer.pk, None, None))
    for watcher in here, elsewhere:
        hub.add(watcher)
    await async_client.alogout()
    await until(lambda: here.signed_off, DARK_WITHIN_S)
    assert not elsewhere.signed_off
    for watcher in here, elsewhere:
        hub.remove(watcher)


async def test_rights_are_asked_again_whatever_was_announced(
    rechecks_often, watch, camera, owner, viewer
):
    staying, leaving = await watch(camera, owner), await watch(camera, viewer)
    # Says nothing to anybody.
    await Grant.objects.filter(user=viewer).aupdate(user=owner)
    await until(lambda: leaving.dropped)
    assert staying.dropped == []


async def test_one_identity_is_asked_once_for_many_viewers(
    camera, owner, viewer, watch, monkeypatch
):
    asked = []
    ask = lookups.allowed

    def allowed(identity):
        asked.append(identity.user_id)
        return ask(identity)

    monkeypatch.setattr(hub_module, "allowed", allowed)
    watchers = [await watch(camera, user) for user in [owner] * 5 + [viewer] * 5]
    camera.enabled = False
    await camera.asave()
    await until(lambda: all(watcher.dropped for watcher in watchers), DARK_WITHIN_S)
    assert sorted(asked) == sorted([owner.pk, viewer.pk])
