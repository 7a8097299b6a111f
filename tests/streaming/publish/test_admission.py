"""Admission at each point at which it can fail: nothing is left behind."""

from __future__ import annotations

import asyncio
import time
import types
from collections import Counter
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

import pytest
from channels.db import database_sync_to_async
from django import db
from msgspec.structs import replace

from cameras import sessions
from cameras.access import Identity
from cameras.models import Camera, CaptureSession, Transport
from streaming import conf
from streaming.domain.liveness import State
from streaming.domain.tally import Tally
from streaming.publish import admission, publication
from streaming.publish.admission import ADMISSION_ERRORS, Refused
from streaming.publish.webrtc.peer import Peer
from tests.streaming.publish.links import Wire
from tests.streaming.publish.webrtc.session import Camera as Device
from tests.streaming.udp import udp_sockets
from tests.streaming.waiting import WITHIN_S, until

pytestmark = pytest.mark.django_db(transaction=True)

#: A lease that could not be given back runs out in five seconds.
RUN_OUT_WITHIN_S = 15.0


class ClosedWire(Wire):
    is_open = False


def make_peer(intake, on_closed):
    return Peer(
        ice_servers=[],
        refused=Tally(),
        on_frame=intake.frame,
        on_control=intake.control,
        on_closed=on_closed,
    )


@pytest.fixture
async def base(node, store):
    """What this process holds while nobody publishes: names of tasks, and UDP sockets."""
    # Its connections are open, and so are the threads of the database.
    await database_sync_to_async(Camera.objects.count)()
    await store.ping()
    return names_of_tasks(), udp_sockets()


def names_of_tasks():
    """Of those that have a name: the library's come and go with its own timers."""
    names = (task.get_name() for task in asyncio.all_tasks())
    return sorted(name for name in names if not name.startswith("Task-"))


async def open_sessions():
    return await CaptureSession.objects.filter(ended=None).acount()


async def nothing_is_left(node, store, camera, base, within_s=RUN_OUT_WITHIN_S):
    assert await open_sessions() == 0
    assert not node.registry

    # Less is no harm: a connection that was being made has been made since.
    tasks, sockets = base

    async def is_as_before():
        more = Counter(names_of_tasks()) - Counter(tasks)
        return await store.holder(camera.pk) is None and not more and udp_sockets() <= sockets

    await until(is_as_before, within_s)


# Refused


async def test_who_is_admitted_holds_lease_and_session(begin, node, store, camera):
    publication = await begin()
    holder = await store.holder(camera.pk)
    assert (holder.peer, holder.session) == ("first", publication.lease.session)
    assert await open_sessions() == 1
    assert node.registry.get("first") is publication


async def test_who_may_not_publish_is_refused(begin, claim, node, store, camera, base, stranger):
    with pytest.raises(Refused, match="not_allowed"):
        await begin(replace(claim, identity=Identity(stranger.pk, None, None)))
    await nothing_is_left(node, store, camera, base)


async def test_a_camera_that_publishes_is_busy_and_stays_so(begin, claim, store, camera):
    first = await begin()
    with pytest.raises(Refused, match="camera_busy") as refused:
        await begin(replace(claim, peer="second"))
    assert refused.value.publisher == "olga"
    assert await store.holder(camera.pk) == first.lease
    assert await open_sessions() == 1


# Redis and the database away


async def test_without_a_database_nobody_is_admitted(begin, node, store, camera, base):
    name = db.connection.settings_dict["NAME"]
    try:
        db.connection.settings_dict["NAME"] = "/nowhere/at/all.sqlite3"
        await database_sync_to_async(lambda: db.connection.close())()
        with pytest.raises(ADMISSION_ERRORS):
            await begin()
    finally:
        db.connection.settings_dict["NAME"] = name
        await database_sync_to_async(lambda: db.connection.close())()
    await nothing_is_left(node, store, camera, base)


async def test_a_database_that_goes_after_the_rights_were_asked(
    begin, node, store, camera, base, monkeypatch
):
    def open_session(*_args, **_kwargs):
        with db.connection.cursor() as cursor:
            cursor.execute("SELECT * FROM a_table_that_is_away")

    monkeypatch.setattr(sessions, "open_session", open_session)
    with pytest.raises(ADMISSION_ERRORS):
        await begin()
    await nothing_is_left(node, store, camera, base)


@pytest.fixture(params=["claim", "renew", "announce"])
def at_step(request, node, monkeypatch):
    """Has something happen to Redis right before a step of the admission."""

    def at_step(happens):
        owner = node.backplane.bus if request.param == "announce" else node.backplane.store
        original = getattr(owner, request.param)

        async def step(*args, **kwargs):
            async with happens():
                return await original(*args, **kwargs)

        monkeypatch.setattr(owner, request.param, step)

    return at_step


async def test_a_redis_that_freezes_at_any_step(begin, node, store, camera, base, valkey, at_step):
    @asynccontextmanager
    async def frozen():
        with valkey.frozen():
            yield

    at_step(frozen)
    with pytest.raises(ADMISSION_ERRORS):
        await begin()
    await nothing_is_left(node, store, camera, base)


async def test_a_redis_that_goes_at_any_step(begin, node, store, camera, base, valkey, at_step):
    @asynccontextmanager
    async def away():
        await asyncio.to_thread(valkey.stop)
        yield

    at_step(away)
    with pytest.raises(ADMISSION_ERRORS):
        await begin()
    await asyncio.to_thread(valkey.start)
    await nothing_is_left(node, store, camera, base)


async def test_it_is_admitted_when_redis_is_back(begin, valkey):
    await asyncio.to_thread(valkey.stop)
    with pytest.raises(ADMISSION_ERRORS):
        await begin()
    await asyncio.to_thread(valkey.start)
    await begin()
    assert await open_sessions() == 1


# The link


async def test_a_link_that_cannot_be_made(begin, node, store, camera, base):
    def refuse(intake, on_closed):
        raise ValueError("no link")

    with pytest.raises(ValueError, match="no link"):
        await begin(make_link=refuse)
    await nothing_is_left(node, store, camera, base)


async def test_an_answer_that_fails(admit, claim, node, store, camera, base):
    with pytest.raises(RuntimeError, match="no answer"):
        async with admit(claim, Transport.WEBSOCKET, Wire) as publication:
            raise RuntimeError("no answer")
    assert publication.link.is_closed
    await nothing_is_left(node, store, camera, base)


async def test_a_process_that_has_ended_admits_nobody(begin, node, store, camera):
    node.registry._tasks.is_stopping = True
    with pytest.raises(Refused, match="unavailable"):
        await begin()
    assert await open_sessions() == 0
    assert await store.holder(camera.pk) is None


# Another link of the same session


async def test_an_upgrade_replaces_the_link(begin, claim, node, store, camera):
    first = await begin()
    second = await begin(upgrade_of(claim, first), upgrade=True)
    await until(lambda: list(node.registry) == [second] and first.link.is_closed)
    assert await store.holder(camera.pk) == second.lease
    assert await open_sessions() == 1


def upgrade_of(claim, publication):
    return replace(claim, peer="second", resume=publication.lease.session)


async def test_an_upgrade_whose_link_never_opens_changes_nothing(
    begin, claim, node, store, camera, monkeypatch
):
    monkeypatch.setattr(admission, "NEGOTIATION_TIMEOUT_S", 0.1)
    first = await begin()
    with pytest.raises(Refused, match="unavailable"):
        await begin(upgrade_of(claim, first), ClosedWire, upgrade=True)
    await goes_on(first, node, store, camera)


async def goes_on(publication, node, store, camera):
    assert list(node.registry) == [publication]
    assert not publication.has_ended
    assert await open_sessions() == 1

    async def is_held():
        return await store.holder(camera.pk) == publication.lease

    await until(is_held)


async def test_an_upgrade_whose_link_closes_is_given_up_at_once(begin, claim, node, store, camera):
    first = await begin()

    def make_link(intake, on_closed):
        asyncio.get_running_loop().call_later(0.05, on_closed)
        return ClosedWire(intake, on_closed)

    began_s = time.monotonic()
    with pytest.raises(Refused, match="unavailable"):
        await begin(upgrade_of(claim, first), make_link, upgrade=True)
    assert time.monotonic() - began_s < publication.NEGOTIATION_TIMEOUT_S / 3
    await goes_on(first, node, store, camera)


async def test_a_session_has_one_upgrade_under_way_the_newest(begin, claim, node, store, camera):
    first = await begin()
    upgrading = []
    for number in range(5):
        upgrade = replace(upgrade_of(claim, first), peer=f"upgrade-{number}")
        upgrading.append(asyncio.create_task(begin(upgrade, ClosedWire, upgrade=True)))
        await until(partial(node.admission.upgrade, upgrade.peer))
    await asyncio.wait(upgrading[:-1], timeout=WITHIN_S)
    assert [task.done() for task in upgrading] == [True] * 4 + [False]
    assert all(isinstance(task.exception(), Refused) for task in upgrading[:-1])
    node.admission.upgrade("upgrade-4").end("stopped")
    with pytest.raises(Refused, match="unavailable"):
        await upgrading[-1]
    assert node.admission.upgrade("upgrade-4") is None
    await goes_on(first, node, store, camera)


async def test_take_overs_of_a_camera_are_bounded(begin, claim, node):
    publication = await begin()
    for number in range(conf.get().TAKE_OVERS_PER_CAMERA):
        publication = await begin(replace(claim, peer=f"other-{number}", take_over=True))
    with pytest.raises(Refused, match="busy") as refusal:
        await begin(replace(claim, peer="one too many", take_over=True))
    assert 0 < refusal.value.retry_after_s <= 6
    assert not publication.has_ended
    assert node.refusals.total["take_overs_per_camera"] == 1
    # A camera that takes its own session up again sends nobody away.
    again = replace(claim, peer="again", take_over=True, resume=publication.lease.session)
    await begin(again)


async def test_an_upgrade_of_a_session_that_is_over_is_refused(begin, claim, node, store, camera):
    first = await begin()
    first.end("stopped")
    await until(lambda: not node.registry)
    with pytest.raises(Refused, match="gone"):
        await begin(upgrade_of(claim, first), upgrade=True)
    assert await open_sessions() == 0
    assert await store.holder(camera.pk) is None


async def test_an_upgrade_that_fails_leaves_the_state_of_whoever_publishes_now(
    begin, claim, node, store, camera, stranger
):
    first = await begin()
    upgrading = asyncio.create_task(begin(upgrade_of(claim, first), ClosedWire, upgrade=True))
    await until(partial(node.admission.upgrade, "second"))
    other = await begin(replace(claim, peer="other", take_over=True))
    node.admission.upgrade("second").end("stopped")
    with pytest.raises(Refused, match="unavailable"):
        await upgrading
    await node.backplane.writer.flush()
    [live] = await store.live([camera.pk])
    assert live.state is not State.OFF
    assert live.session == other.lease.session
    assert await node.backplane.store._client.smembers("clients") == {str(camera.pk).encode()}
    assert await store.holder(camera.pk) == other.lease


async def test_whose_session_was_taken_over_meanwhile_is_taken_over(begin, claim, node, store):
    first = await begin()
    other = await begin(replace(claim, peer="other", take_over=True))
    # As one that had seen the lease of an upgrade, which failed since.
    assert await node.registry._successor(first) == "taken_over"
    assert first.successor == other.lease.publisher


async def test_a_session_that_was_to_be_resumed_goes_on_where_that_fails(
    admit, begin, claim, node, store, camera
):
    first = await begin()
    # It has not noticed yet, and so it goes on.
    first.keep_lease = tell_nothing
    with pytest.raises(RuntimeError, match="no answer"):
        async with admit(upgrade_of(claim, first), Transport.WEBSOCKET, Wire):
            raise RuntimeError("no answer")
    del first.keep_lease
    await goes_on(first, node, store, camera)


async def tell_nothing():
    pass


# Cancelled


def here():
    task = asyncio.current_task()
    assert task is not None
    return task


@types.coroutine
def cancelled_at(step, work):
    """Awaits `work`, and cancels whoever does so when it waits for the time with this number.

    Gives how often it waited.
    """
    coroutine, answer, error = work.__await__(), None, None
    for waited in count():
        try:
            future = coroutine.send(answer) if error is None else coroutine.throw(error)
        except StopIteration:
            return waited
        if waited == step:
            here().cancel()
        answer = error = None
        try:
            answer = yield future
        except BaseException as raised:
            error = raised


async def cancelled(step, work):
    return await cancelled_at(step, work)


async def run_cancelled(step, work):
    """Whether there was a step of this number, at which the work was cancelled."""
    task = asyncio.create_task(cancelled(step, work), name="admission of the test")
    await asyncio.wait([task])
    if not task.cancelled():
        assert task.result() <= step
    return task.cancelled()


async def test_cancelled_at_any_moment_a_camera_leaves_nothing_behind(
    admit, claim, node, store, camera, base
):
    async def answer_to(offer):
        async with admit(claim, Transport.WEBRTC, make_peer) as publication:
            await publication.link.answer(offer)

    for step in count():
        device = Device()
        offer = await device.offer()
        was_cancelled = await run_cancelled(step, answer_to(offer))
        await device.connection.close()
        if not was_cancelled:
            break
        await nothing_is_left(node, store, camera, base)
    # More or fewer, as a connection to Redis is free at once or not.
    assert step >= 5
    assert len(node.registry) == 1


async def test_cancelled_at_any_moment_an_upgrade_leaves_one_publication_or_none(
    begin, claim, node, store, camera, base
):
    for step in count():
        first = await begin()
        work = begin(upgrade_of(claim, first), upgrade=True)
        was_cancelled = await run_cancelled(step, work)
        if not was_cancelled:
            break
        if await open_sessions():
            await goes_on(first, node, store, camera)
            first.end("stopped")
        await until(lambda: not node.registry)
        await nothing_is_left(node, store, camera, base)
    assert step >= 4
