from __future__ import annotations

import asyncio
import os
import re
import socket
import stat
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from cameras.access import Identity
from cameras.models import Camera, CaptureSession, Grant, PublishKey, Role
from streaming.backplane.announce import announce
from streaming.backplane.bus import FrameBus
from streaming.domain import pace, wire
from streaming.domain.liveness import State
from streaming.process import node
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change
from streaming.protocol.signaling import Offer, event_of
from streaming.publish import admission, publication, registry
from streaming.publish import consumer as publish
from streaming.publish.offers import OFFERS
from tests.streaming.conftest import running_ingest
from tests.streaming.phone import Phone
from tests.streaming.waiting import WITHIN_S, until

pytestmark = pytest.mark.django_db(transaction=True)

#: Three times what is promised: for a right that ends, a camera without power, and Redis.
DARK_WITHIN_S = 6.0
LOST_WITHIN_S = 9.0
AGAIN_WITHIN_S = 9.0


@pytest.fixture
def bus(valkey):
    return FrameBus()


@pytest.fixture
def layer(valkey) -> Any:
    return get_channel_layer()


@pytest.fixture
def key(camera):
    return PublishKey.issue(camera=camera, name="Hall phone")[1]


@pytest.fixture
async def watching(dial, owner, camera):
    """A page of the owner that shows the camera."""
    socket = await dial("/ws/watch/", owner)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    return socket


@pytest.fixture(autouse=True)
def _brisk(monkeypatch):
    """Looks after everything more often; how long it waits for anything stays as it is."""
    monkeypatch.setattr(publication, "_TICK_S", 0.1)


@pytest.fixture
def impatient(monkeypatch):
    """The waits of peers and sockets for each other, shortened, in their proportions."""
    monkeypatch.setattr(publish, "_ALIVE_EVERY_S", 0.1)
    monkeypatch.setattr(publication, "SIGNALING_TIMEOUT_S", 0.5)
    monkeypatch.setattr(publication, "_UNCLAIMED_S", 0.3)


@pytest.fixture
def often(monkeypatch):
    """Before the process starts, whose pauses it shortens."""
    monkeypatch.setattr(node, "RECHECK_S", 0.1)
    monkeypatch.setattr(registry, "_RECORD_EVERY_S", 0.1)


async def is_seen(page, phone):
    """Whether the page shows what the phone films."""
    phone.film()
    return any(
        isinstance(said, bytes) and wire.head_of(said).order[0] == phone.session
        for said in await page.heard()
    )


async def has_ended(session, reason):
    return await CaptureSession.objects.filter(
        pk=session, end_reason=reason, ended__isnull=False
    ).aexists()


async def is_free(store, camera):
    return await store.holder(camera.pk) is None


async def is_in(state, store, camera):
    [live] = await store.live([camera.pk])
    return live.state is state


async def is_off(store, camera, reason):
    [live] = await store.live([camera.pk])
    return (live.state, live.reason) == (State.OFF, reason)


async def keep_beating(phone):
    while True:
        phone.beat()
        await asyncio.sleep(0.2)


@pytest.fixture
async def beating(filming):
    """The owner's phone, which publishes and beats."""
    task = asyncio.create_task(keep_beating(filming))
    yield filming
    task.cancel()
    await asyncio.wait([task])


# Publishing


async def test_what_a_camera_films_is_seen(filming, watching):
    await until(lambda: is_seen(watching, filming))


async def test_a_frame_arrives_as_it_was_sent(filming, watching):
    order = filming.film()
    [*_, said] = await watching.hear_until(lambda said: isinstance(said, bytes))
    frame = wire.unpack(said)
    assert (frame.order, frame.width, frame.height) == (order, 64, 48)


async def test_the_answer_names_the_advertised_address_and_a_port_of_the_range(phone, owner):
    given = {"UDP_PORTS": "9920-9929", "ADVERTISED_ADDRESSES": "203.0.113.7"}
    with override_settings(SKYSENTRY=given):
        answer = await answer_to(await phone(owner))
    [(address, port)] = re.findall(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ", answer["sdp"])
    assert (address, int(port) in range(9920, 9930)) == ("203.0.113.7", True)


async def test_without_a_free_port_a_camera_is_told_to_try_again(phone, owner):
    with (
        override_settings(SKYSENTRY={"UDP_PORTS": "9920-9920"}),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        other.bind(("0.0.0.0", 9920))
        second = await phone(owner)
        await second.offer()
        assert (await second.socket.hear("error"))["code"] == "unavailable"


async def answer_to(phone):
    await phone.offer()
    return await phone.socket.hear("answer")


async def test_its_live_state_is_kept(filming, store, camera):
    await until(lambda: is_in(State.CONNECTING, store, camera))
    filming.film()
    await until(lambda: is_in(State.LIVE, store, camera))
    [live] = await store.live([camera.pk])
    assert (live.session, live.publisher, live.transport) == (filming.session, "olga", "webrtc")
    assert (live.width, live.height, live.frames, live.dropped) == (64, 48, 1, 0)


async def test_a_camera_that_pauses_says_why(filming, store, camera):
    filming.beat(paused="hidden")
    await until(lambda: is_in(State.PAUSED, store, camera))
    [live] = await store.live([camera.pk])
    assert live.reason == "hidden"


async def test_the_camera_hears_who_watches(filming, watching, dial, viewer):
    while (await filming.told("watching"))["names"] != ["olga"]:
        pass
    page = await dial("/ws/watch/", viewer)
    await page.say("subscribe", cameras=["front-door"])
    while (told := await filming.told("watching"))["names"] != ["olga", "vera"]:
        pass
    assert told["count"] == 2


async def test_a_camera_with_a_key_hears_how_many_watch_and_not_who(phone, key, watching):
    filming = await phone(key=key)
    await filming.offer()
    await filming.connect()
    while (told := await filming.told("watching"))["count"] != 1:
        pass
    assert told["names"] == []


async def test_its_totals_are_recorded_while_it_films(often, filming):
    filming.film()

    async def is_recorded():
        return await CaptureSession.objects.filter(frames=1, bytes__gt=600, ended=None).aexists()

    await until(is_recorded)


async def test_it_tells_what_it_counts(filming, store):
    async def is_told():
        counts = [(each.role, each.publishers, each.peers) for each in await store.processes()]
        return ("ingest", 1, 1) in counts

    await until(is_told)


async def test_what_it_refused_is_counted_beyond_the_session(filming, store):
    async def is_told():
        return any(each.refused == {"too_short": 1} for each in await store.processes())

    filming.camera.frames.send(b"\x01")
    await until(is_told)
    await filming.socket.say("bye")
    await until(lambda: has_ended(filming.session, "stopped"))
    assert await is_told()


# Taking over and coming back


async def test_who_is_taken_over_is_told(filming, phone, key, watching, store, camera):
    second = await phone(key=key)
    await second.offer(take_over=True)
    await second.connect()
    assert await filming.ended() == "taken_over"
    assert second.session > filming.session
    await until(lambda: has_ended(filming.session, "taken_over"))
    await until(lambda: is_seen(watching, second))
    assert (await store.holder(camera.pk)).publisher == "Hall phone"


async def test_a_publisher_that_lost_its_lease_to_another_process_is_taken_over(
    filming, store, camera
):
    other = await elsewhere(store, camera, session=99)
    assert await filming.ended() == "taken_over"
    assert await store.holder(camera.pk) == other


async def test_it_hears_of_it_on_the_bus_before_it_asks(monkeypatch, filming, bus, store, camera):
    monkeypatch.setattr(publication, "_TICKS_PER_REPORT", 1_000_000)
    await elsewhere(store, camera, session=99)
    await bus.announce(Change(ChangeKind.TAKEN_OVER, camera.pk))
    assert await filming.ended() == "taken_over"


async def elsewhere(store, camera, session):
    """Another process lets somebody else publish; its lease."""
    lease = replace(await store.holder(camera.pk), peer="elsewhere", session=session)
    await store.claim(camera.pk, lease, take_over=True)
    return lease


async def test_old_news_of_a_take_over_ends_nobody(ingest, filming, bus, camera, watching):
    for _ in range(3):
        await bus.announce(Change(ChangeKind.TAKEN_OVER, camera.pk))
    await until(lambda: is_seen(watching, filming))
    assert await filming.socket.heard() == []
    assert len(ingest.registry) == 1


async def test_a_camera_comes_back_as_the_same_session(filming, phone, owner, watching):
    for _ in range(3):
        filming.film()
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    answer = await again.connect()
    assert (answer["resumed"], answer["session"]) == (True, filming.session)
    again.sequence = filming.sequence
    await until(lambda: is_seen(watching, again))
    assert await CaptureSession.objects.acount() == 1
    assert (await CaptureSession.objects.aget()).ended is None


async def test_the_former_peer_of_a_session_ends_without_a_word(ingest, filming, phone, owner):
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    await again.connect()
    await until(lambda: len(ingest.registry) == 1)
    assert not any(said["type"] == "ended" for said in await filming.socket.heard())
    assert [each.lease.session for each in ingest.registry] == [filming.session]


async def test_a_session_goes_on_in_another_process_without_a_word(ingest, filming, store, camera):
    await elsewhere(store, camera, session=filming.session)
    await until(lambda: not ingest.registry)
    assert await filming.socket.heard() == []
    assert (await CaptureSession.objects.aget()).ended is None


async def test_a_resumed_session_counts_on(filming, phone, owner):
    for _ in range(3):
        filming.film()
    while (await filming.told("received"))["frames"] < 3:
        pass
    await filming.close()
    await until(lambda: has_ended(filming.session, "peer_failed"))
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    await again.connect()
    assert (await again.told("received"))["frames"] == 3


async def test_a_key_comes_back_to_its_session(phone, key):
    first = await phone(key=key)
    await first.offer()
    await first.connect()
    again = await phone(key=key)
    await again.offer(resume=first.resume)
    assert (await again.connect())["resumed"] is True


async def test_who_comes_back_too_late_begins_anew(monkeypatch, filming, phone, owner):
    monkeypatch.setattr(admission, "RESUME_WITHIN_S", 0.0)
    await filming.close()
    await until(lambda: has_ended(filming.session, "peer_failed"))
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    answer = await again.connect()
    assert answer["resumed"] is False
    assert answer["session"] > filming.session


async def test_the_token_of_somebody_else_resumes_nothing(filming, phone, key):
    thief = await phone(key=key)
    await thief.offer(resume=filming.resume)
    assert (await thief.socket.is_refused("camera_busy"))["publisher"] == "olga"


# The socket of a peer


async def test_a_peer_outlives_its_socket_when_another_attaches(
    impatient, beating, phone, owner, watching
):
    await beating.socket.disconnect(timeout=WITHIN_S)
    again = await phone(owner)
    await again.socket.say("attach", resume=beating.resume)
    await again.socket.hear("attached")
    attached_s = time.monotonic()
    await until(lambda: time.monotonic() - attached_s > 0.8)
    await until(lambda: is_seen(watching, beating))
    assert await again.socket.heard() == []


async def test_a_peer_without_a_socket_ends_though_it_beats(impatient, beating, store, camera):
    await beating.socket.disconnect(timeout=WITHIN_S)
    await until(lambda: has_ended(beating.session, "signaling_lost"))
    await until(lambda: is_off(store, camera, "signaling_lost"))
    await until(lambda: is_free(store, camera))


async def test_a_closed_browser_frees_its_camera_soon(filming, store, camera):
    await filming.socket.disconnect(timeout=WITHIN_S)
    # 2 s promised.
    await until(lambda: has_ended(filming.session, "signaling_lost"), within_s=6.0)
    await until(lambda: is_free(store, camera))


async def test_a_socket_that_stays_keeps_its_peer(impatient, beating):
    began_s = time.monotonic()
    await until(lambda: time.monotonic() - began_s > 0.8)
    assert await beating.socket.heard() == []


# Ends


async def test_a_machine_that_slept_loses_no_camera(impatient, beating, ingest):
    # Longer than a publish socket may be gone.
    time.sleep(2)  # noqa: ASYNC251
    await asyncio.sleep(0.3)
    assert len(ingest.registry) == 1


async def test_a_camera_that_stops_is_off_and_recorded(ingest, filming, store, camera):
    for _ in range(2):
        filming.film()
    while (await filming.told("received"))["frames"] < 2:
        pass
    await filming.socket.say("bye")
    assert await filming.ended() == "stopped"
    await until(lambda: has_ended(filming.session, "stopped"))
    await until(lambda: is_off(store, camera, "stopped"))
    await until(lambda: is_free(store, camera))
    assert not ingest.registry
    assert (await CaptureSession.objects.aget()).frames == 2


async def test_a_camera_that_stops_and_closes_at_once_has_stopped(filming):
    await filming.socket.say("bye")
    await filming.close()
    await until(lambda: has_ended(filming.session, "stopped"))


async def test_a_peer_that_closes_without_a_word_has_failed(filming):
    await filming.close()
    assert await filming.ended() == "peer_failed"
    await until(lambda: has_ended(filming.session, "peer_failed"))


async def test_a_camera_without_power_is_lost_and_then_given_up(
    monkeypatch, filming, store, camera
):
    filming.film()
    await until(lambda: is_in(State.LIVE, store, camera))
    filming.camera.vanish()
    await until(lambda: is_in(State.LOST, store, camera), LOST_WITHIN_S)
    monkeypatch.setattr(publication, "GIVEN_UP_AFTER_S", 2.5)
    assert await filming.ended() == "lost"
    await until(lambda: has_ended(filming.session, "lost"))


async def test_an_operator_disconnects_a_camera(filming, camera):
    await asyncio.to_thread(announce, Change(ChangeKind.DISCONNECT, camera.pk))
    assert await filming.ended() == "disconnected"
    await until(lambda: has_ended(filming.session, "disconnected"))


async def test_nobody_else_is_disconnected(filming, owner, watching):
    garden = await Camera.objects.acreate(name="Garden", owner=owner)
    await asyncio.to_thread(announce, Change(ChangeKind.DISCONNECT, garden.pk))
    await until(lambda: is_seen(watching, filming))
    assert await filming.socket.heard() == []


# Rights that end


async def is_turned_off(phone, why):
    [*_, ended] = await phone.socket.hear_until(
        lambda said: said["type"] == "ended", within_s=DARK_WITHIN_S
    )
    await until(lambda: has_ended(phone.session, "not_allowed"))
    return (ended["reason"], ended["why"]) == ("not_allowed", why)


async def test_a_revoked_key_ends_its_session(phone, key):
    filming = await phone(key=key)
    await filming.offer()
    await filming.connect()
    await database_sync_to_async(lambda: PublishKey.objects.get().revoke())()
    assert await is_turned_off(filming, "revoked")


async def test_a_disabled_camera_ends_its_session(filming, camera):
    camera.enabled = False
    await camera.asave()
    assert await is_turned_off(filming, "disabled")


async def test_a_withdrawn_grant_ends_its_session(phone, camera, stranger):
    await Grant.objects.acreate(camera=camera, user=stranger, role=Role.PUBLISH)
    filming = await phone(stranger)
    await filming.offer()
    await filming.connect()
    await Grant.objects.all().adelete()
    assert await is_turned_off(filming, "withdrawn")


async def test_signing_out_ends_the_session_of_the_page(phone, async_client, owner):
    await async_client.aforce_login(owner)
    filming = await phone(async_client)
    await filming.offer()
    await filming.connect()
    await async_client.alogout()
    assert await is_turned_off(filming, "signed_out")


async def test_a_device_with_a_key_depends_on_nobodys_sign_in(
    phone, async_client, owner, key, often
):
    await async_client.aforce_login(owner)
    filming = await phone(async_client, key=key)
    await filming.offer()
    await filming.connect()
    await async_client.alogout()
    # All rights are asked again meanwhile.
    await asyncio.sleep(1)
    assert [said for said in await filming.socket.heard() if said["type"] == "ended"] == []


async def test_rights_are_asked_again_whatever_was_announced(often, filming):
    # Says nothing to anybody.
    await Camera.objects.aupdate(enabled=False)
    await until(lambda: has_ended(filming.session, "not_allowed"))


def test_they_are_asked_every_ten_seconds():
    assert node.RECHECK_S == 10.0


async def test_a_right_that_ended_before_the_offer_is_asked_for(phone, key):
    late = await phone(key=key)
    await PublishKey.objects.aupdate(revoked="2026-01-01T00:00Z")
    await late.offer()
    await late.socket.is_refused("not_allowed")
    assert await late.socket.close_code() == 4403


# Offers that come to nothing


def udp_sockets():
    """How many this process has. Its connections to Redis, which may be more by now, are none."""
    return sum(is_udp(int(fd)) for fd in os.listdir("/dev/fd"))


def is_udp(fd):
    # Not the one by which they were listed.
    with suppress(OSError):
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            with socket.socket(fileno=os.dup(fd)) as duplicate:
                return duplicate.type == socket.SOCK_DGRAM
    return False


async def test_abandoned_offers_are_freed(monkeypatch, ingest, phone, owner, store, camera):
    monkeypatch.setattr(publication, "NEGOTIATION_TIMEOUT_S", 0.5)
    first = await phone(owner)
    await first.offer()
    await first.socket.hear("answer")
    sockets = udp_sockets()
    for _ in range(5):
        abandoned = await phone(owner)
        await abandoned.offer(take_over=True)
        await abandoned.socket.hear("answer")
        await abandoned.close()
    await until(lambda: not ingest.registry)
    # The peer of the first is gone as well.
    await until(lambda: udp_sockets() < sockets)
    await until(lambda: is_free(store, camera))
    # Nor is there any record of them: they were never there.
    assert not await CaptureSession.objects.aexists()


async def test_a_process_negotiates_with_so_many_at_once(ingest, phone, owner, monkeypatch):
    await Camera.objects.acreate(name="Garden", owner=owner)
    with override_settings(SKYSENTRY={"NEGOTIATIONS": 1}):
        first = await phone(owner)
        await first.offer()
        answer = await first.socket.hear("answer")
        second = await phone(owner, slug="garden")
        await second.offer()
        assert (await second.socket.is_refused("busy"))["retry_after_s"] > 0
        assert await second.socket.close_code() == 1013
        assert ingest.refusals.total["negotiations"] == 1
        await first.camera.accept(answer["sdp"])
        await first.camera.opened()
        again = await phone(owner, slug="garden")
        await again.offer()
        await again.connect()


async def test_a_camera_that_floods_is_cut_down_told_and_at_last_ended(
    filming, monkeypatch, watching, ingest
):
    monkeypatch.setattr(pace, "PATIENCE_S", 1.0)
    flooding = asyncio.create_task(flood(filming))
    while (told := await filming.told("refused"))["reason"] != "frame_rate":
        pass
    assert told["count"] > 10
    assert await filming.ended() == "too_much"
    flooding.cancel()
    await until(lambda: has_ended(filming.session, "too_much"))
    assert ingest.refusals.total["frame_rate_percent"] > 10


async def flood(filming):
    while True:
        for _ in range(5):
            filming.film()
        await asyncio.sleep(0.01)


async def test_an_offer_nobody_waits_for_is_let_go(phone, layer, camera, owner):
    waiting = await phone(owner)
    await layer.send(OFFERS, event_of(offer_of(camera, owner, sent_at=0.0)))
    # Taken in turn.
    await waiting.offer()
    await waiting.connect()
    assert await CaptureSession.objects.acount() == 1


def offer_of(camera, owner, **fields):
    known = {
        "peer": "peer",
        "camera_id": camera.pk,
        "slug": camera.slug,
        "upgrade": False,
        "identity": Identity(owner.pk, None, None),
        "publisher": "olga",
        "sdp": "hello",
        "resume": 0,
        "take_over": False,
        "remote_address": "",
        "user_agent": "",
        "reply_to": "",
        "sent_at": time.time() * 1000,
    }
    return Offer(**{**known, **fields})


async def test_an_offer_that_the_library_refuses_leaves_nothing_behind(
    ingest, layer, camera, owner, store
):
    channel = await layer.new_channel()
    offer = offer_of(camera, owner, sdp="m=application", reply_to=channel)
    await layer.send(OFFERS, event_of(offer))
    async with asyncio.timeout(WITHIN_S):
        reply = await layer.receive(channel)
    assert (reply["type"], reply["code"]) == ("ingest.refused", "bad_offer")
    await until(lambda: is_free(store, camera))
    await until(lambda: is_off(store, camera, "peer_failed"))
    assert not await CaptureSession.objects.filter(ended=None).aexists()


async def test_without_a_database_offers_are_unavailable_and_no_lease_stays(
    phone, owner, monkeypatch
):
    filming = await phone(owner)
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "NAME", "/nowhere/at/all.sqlite3")
        await database_sync_to_async(lambda: connection.close())()
        await filming.offer()
        await filming.socket.is_refused("database_unavailable")
    await filming.offer()
    await filming.connect()


# The process


async def test_a_process_that_stops_ends_its_sessions(valkey, dial, camera, owner, store):
    async with running_ingest():
        filming = await published(dial, owner)
    assert await filming.ended() == "server_stopped"
    assert await has_ended(filming.session, "server_stopped")
    assert await is_off(store, camera, "server_stopped")
    await until(lambda: is_free(store, camera))
    await filming.close()


async def test_a_session_goes_on_with_the_next_process(valkey, dial, camera, owner):
    async with running_ingest():
        filming = await published(dial, owner)
    async with running_ingest():
        again = await published(dial, owner, resume=filming.resume)
        assert again.session == filming.session
    for phone in filming, again:
        await phone.close()


async def published(dial, who, slug="front-door", **fields):
    phone = Phone(await dial(f"/ws/publish/{slug}/", who))
    await phone.authenticate()
    await phone.offer(**fields)
    await phone.connect()
    return phone


async def test_a_process_that_stops_does_not_wait_for_a_frozen_redis(valkey, dial, camera, owner):
    async with AsyncExitStack() as running:
        await running.enter_async_context(running_ingest())
        filming = await published(dial, owner)
        with valkey.frozen():
            stopping = asyncio.create_task(running.aclose())
            # Less than the server is let be silent.
            await until(lambda: has_ended(filming.session, "server_stopped"), within_s=3.5)
        await stopping
    await filming.close()


async def test_two_processes_share_the_offers(ingest, dial, owner):
    slugs = [f"camera-{number}" for number in range(4)]
    for slug in slugs:
        await Camera.objects.acreate(name=slug, owner=owner)
    async with running_ingest() as other:
        phones = [await published(dial, owner, slug) for slug in slugs]
        assert len(ingest.registry) + len(other.registry) == 4
        assert ingest.registry
        assert other.registry
        for phone in phones:
            await phone.close()


async def test_sessions_that_a_crash_left_open_are_closed(valkey, camera):
    left = await CaptureSession.objects.acreate(
        camera=camera, transport="webrtc", last_seen=timezone.now() - timedelta(minutes=2)
    )
    async with running_ingest():
        await until(lambda: has_ended(left.pk, "server_stopped"))


# Redis away


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
