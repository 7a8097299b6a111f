from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from functools import partial
from uuid import UUID

import pytest

from cameras.access import Identity
from cameras.models import Camera, Grant
from streaming.backplane.bus import FrameBus
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import LiveState
from streaming.domain import wire
from streaming.domain.demand import Want
from streaming.domain.liveness import State
from streaming.process import node as node_module
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change, KeyFrame, Wants
from streaming.watch import hub as hub_module
from streaming.watch import lookups, wants
from streaming.watch import relay as relay_module
from streaming.watch import seat as seats
from streaming.watch.relay import newest_pictures
from streaming.watch.seat import Outgoing, Seat
from tests.streaming.frames import frame, video
from tests.streaming.waiting import WITHIN_S, end, until

pytestmark = pytest.mark.django_db(transaction=True)

#: Three times the 2 s promised for a right that ends, and the 3 s for Redis that comes back.
DARK_WITHIN_S = 6.0
AGAIN_WITHIN_S = 9.0


class Watcher:
    """A viewer who remembers what was shown."""

    def __init__(self, identity: Identity, name: str = "") -> None:
        self.identity = identity
        self.name = name
        self.address = "192.0.2.7"
        self.cameras: set[UUID] = set()
        self.shown: list[LiveState | tuple[int, int]] = []
        self.dropped: list[UUID] = []
        self.signed_off = False
        self.seats: dict[UUID, Seat] = {}

    def seat(self, camera_id: UUID) -> Seat:
        return self.seats.setdefault(camera_id, Seat(self._take))

    def _take(self, seat: Seat) -> None:
        self.shown += [frame.order for frame in seat.take(time.monotonic())]

    def show_state(self, camera_id: UUID, state: LiveState) -> None:
        self.shown.append(state)

    def drop(self, camera_id: UUID) -> None:
        self.dropped.append(camera_id)

    def sign_off(self) -> None:
        self.signed_off = True

    @property
    def frames(self) -> list[tuple[int, int]]:
        return [each for each in self.shown if isinstance(each, tuple)]

    @property
    def states(self) -> list[LiveState]:
        return [each for each in self.shown if isinstance(each, LiveState)]

    @property
    def state(self) -> State:
        return self.states[-1].state


@pytest.fixture(autouse=True)
def _brisk(monkeypatch):
    """Asks and tells more often than in earnest."""
    monkeypatch.setattr(hub_module, "_STATES_EVERY_S", 0.1)
    monkeypatch.setattr(hub_module, "_WATCHING_EVERY_S", 0.1)
    monkeypatch.setattr(node_module, "_FACTS_EVERY_S", 0.1)


@pytest.fixture
def bus(valkey):
    return FrameBus()


@pytest.fixture
def watch(hub):
    """Lets somebody watch; returns the watcher once frames would reach them."""
    watchers = []

    async def watch(camera, user=None, name=""):
        watcher = Watcher(Identity(user and user.pk, None, None), name or str(user or ""))
        watchers.append(watcher)
        hub.add(watcher)
        await hub.join(watcher, camera.pk)
        await until(lambda: _is_relayed(hub, camera))
        return watcher

    yield watch
    for watcher in watchers:
        hub.remove(watcher)


async def _is_relayed(hub, camera):
    return await subscriptions(hub._store._client, camera) == 1


async def subscriptions(redis, camera):
    [(_, count)] = await redis.pubsub_numsub(f"asgi__group__camera.{camera.pk}")
    return count


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


# Video


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


async def test_who_decodes_video_is_shown_it_from_a_key_frame_on(
    hub, watch, live, bus, camera, owner
):
    watcher = await video_viewer(hub, watch, live, camera, owner)
    for message in video(7, 4), video(7, 5, key=True), video(7, 6), frame(7, 1), video(7, 7):
        await bus.publish(camera.pk, message)
    await until(lambda: (7, 7) in watcher.frames)
    assert watcher.frames == [(7, 5), (7, 6), (7, 7)]


async def test_after_a_gap_it_goes_on_at_a_key_frame_that_is_asked_for(
    hub, watch, live, bus, noticed, camera, owner
):
    watcher = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 1, key=True))
    await bus.publish(camera.pk, video(7, 3))
    await until(lambda: KeyFrame(camera.pk) in noticed)
    await bus.publish(camera.pk, video(7, 4))
    await bus.publish(camera.pk, video(7, 5, key=True))
    await until(lambda: (7, 5) in watcher.frames)
    assert watcher.frames == [(7, 1), (7, 5)]


async def test_who_joins_late_catches_up_with_the_chain(hub, watch, live, bus, camera, owner):
    first = await video_viewer(hub, watch, live, camera, owner)
    chain = [(7, 1), (7, 2), (7, 3)]
    for _, sequence in chain:
        await bus.publish(camera.pk, video(7, sequence, key=sequence == 1))
    await until(lambda: first.frames == chain)
    late = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 4))
    await until(lambda: late.frames == [*chain, (7, 4)])


async def test_who_joins_a_long_chain_gets_a_key_frame(
    hub, watch, live, bus, noticed, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    length = relay_module.MAX_KEPT + 1
    for sequence in range(1, length + 1):
        await bus.publish(camera.pk, video(7, sequence, key=sequence == 1))
    await until(lambda: len(first.frames) == length)
    late = await video_viewer(hub, watch, live, camera, owner)
    await until(lambda: KeyFrame(camera.pk) in noticed)
    await bus.publish(camera.pk, video(7, length + 1))
    await bus.publish(camera.pk, video(7, length + 2, key=True))
    await until(lambda: (7, length + 2) in late.frames)
    assert late.frames == [(7, length + 2)]


async def test_where_video_stalls_pictures_are_shown_until_the_next_key_frame(
    hub, watch, live, bus, camera, owner, monkeypatch
):
    monkeypatch.setattr(seats, "VIDEO_STALLS_S", 0.2)
    watcher = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 1, key=True))
    await until(lambda: watcher.frames == [(7, 1)])
    await asyncio.sleep(0.3)
    for message in frame(7, 11), video(7, 2), video(7, 3, key=True), frame(7, 12), video(7, 4):
        await bus.publish(camera.pk, message)
    await until(lambda: (7, 4) in watcher.frames)
    assert watcher.frames == [(7, 1), (7, 11), (7, 3), (7, 4)]


async def test_who_takes_the_camera_over_is_told_at_once_what_is_wanted(
    hub, watch, live, noticed, camera, owner
):
    await video_viewer(hub, watch, live, camera, owner)
    await until(lambda: _last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})
    noticed.clear()
    began_s = time.monotonic()
    await live(codecs=("h264", "vp8"), video="")
    await until(lambda: _last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})
    assert time.monotonic() - began_s < wants._EVERY_S / 2


async def test_who_joins_is_not_shown_video_that_has_ended(
    monkeypatch, hub, watch, live, bus, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 1, key=True))
    await until(lambda: first.frames == [(7, 1)])
    monkeypatch.setattr(relay_module, "VIDEO_STALLS_S", 0)
    late = await video_viewer(hub, watch, live, camera, owner)
    await bus.publish(camera.pk, video(7, 2, key=True))
    await until(lambda: (7, 2) in late.frames)
    assert late.frames == [(7, 2)]


async def test_who_joins_is_not_shown_video_of_an_earlier_session(
    hub, watch, live, bus, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    for message in video(7, 1, key=True), frame(8, 1):
        await bus.publish(camera.pk, message)
    await until(lambda: first.states[-1].session == 8)
    await live(session=8, codecs=("h264",), video="h264")
    late = await watch(camera, owner)
    late.seat(camera.pk).choice.codecs = ("h264",)
    hub.choose(late, camera.pk)
    await bus.publish(camera.pk, video(8, 1, key=True))
    await until(lambda: (8, 1) in late.frames[1:])
    assert late.frames == [(8, 1), (8, 1)]


async def test_who_joins_is_not_shown_a_picture_of_an_earlier_session(
    hub, watch, live, bus, camera, owner
):
    first = await video_viewer(hub, watch, live, camera, owner)
    for message in frame(7, 1), video(8, 1, key=True):
        await bus.publish(camera.pk, message)
    await until(lambda: (8, 1) in first.frames)
    late = await watch(camera, owner)
    assert late.frames == []


async def test_others_go_on_seeing_jpeg(hub, watch, live, bus, camera, owner, viewer):
    first = await video_viewer(hub, watch, live, camera, owner)
    second = await watch(camera, viewer)
    await bus.publish(camera.pk, video(7, 1, key=True))
    for sequence in 11, 12:
        await bus.publish(camera.pk, frame(7, sequence))
    await bus.publish(camera.pk, video(7, 2))
    await until(lambda: (7, 2) in first.frames)
    assert (first.frames, second.frames) == ([(7, 1), (7, 2)], [(7, 11), (7, 12)])


async def test_what_viewers_want_is_said_at_once(hub, watch, live, noticed, camera, owner, viewer):
    await video_viewer(hub, watch, live, camera, owner)
    await until(lambda: _last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})
    other = await watch(camera, viewer)
    await until(lambda: _last_wants(noticed) == {camera.pk: Want(True, (("h264",),))})
    hub.remove(other)
    await until(lambda: _last_wants(noticed) == {camera.pk: Want(video=(("h264",),))})


def _last_wants(noticed):
    wants = [notice.cameras for notice in noticed if isinstance(notice, Wants)]
    return wants[-1] if wants else {}


async def video_viewer(hub, watch, live, camera, user):
    """Somebody who decodes video, of a camera that sends it."""
    await live(codecs=("h264", "vp8"), video="h264")
    watcher = await watch(camera, user)
    watcher.seat(camera.pk).choice.codecs = ("h264",)
    hub.choose(watcher, camera.pk)
    await until(lambda: watcher.seat(camera.pk).wish is wire.Rendition.VIDEO)
    return watcher


# Relays


async def test_a_camera_has_one_relay_however_many_watch(hub, watch, redis, camera, owner):
    watchers = [await watch(camera, owner) for _ in range(5)]
    assert await subscriptions(redis, camera) == 1
    assert len(hub._relays) == 1
    for watcher in watchers[1:]:
        hub.leave(watcher, camera.pk)
    assert len(hub._relays) == 1
    hub.leave(watchers[0], camera.pk)
    await until(lambda: _is_quiet(redis))


async def _is_quiet(redis):
    """Whether nobody listens any more, but to changes."""
    return [name for name in await redis.pubsub_channels() if b"camera." in name] == []


async def test_whoever_goes_leaves_all_cameras(hub, watch, redis, camera, owner):
    watcher = await watch(camera, owner)
    hub.remove(watcher)
    assert (watcher.cameras, hub._relays) == (set(), {})
    await until(lambda: _is_quiet(redis))


async def test_many_who_join_at_once_share_a_relay(hub, redis, bus, camera, owner):
    watchers = [Watcher(Identity(owner.pk, None, None)) for _ in range(20)]
    for watcher in watchers:
        hub.add(watcher)
    await asyncio.gather(*(hub.join(watcher, camera.pk) for watcher in watchers))
    await until(lambda: _is_relayed(hub, camera))
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
    await until(lambda: _is_quiet(redis))


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


@pytest.fixture
def often(monkeypatch):
    """Before the hub, whose pauses it shortens."""
    monkeypatch.setattr(node_module, "RECHECK_S", 0.1)


async def test_rights_are_asked_again_whatever_was_announced(often, watch, camera, owner, viewer):
    staying, leaving = await watch(camera, owner), await watch(camera, viewer)
    # Says nothing to anybody.
    await Grant.objects.filter(user=viewer).aupdate(user=owner)
    await until(lambda: leaving.dropped)
    assert staying.dropped == []


def test_they_are_asked_every_ten_seconds():
    assert node_module.RECHECK_S == 10.0


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


# Redis away


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
    await until(lambda: _is_relayed(hub, camera), AGAIN_WITHIN_S)
    await bus.publish(camera.pk, frame(7, 1))
    await until(lambda: watcher.frames == [(7, 1)])
    hub.remove(watcher)


async def test_rights_withdrawn_while_redis_is_away_end_too(often, watch, valkey, camera, viewer):
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
