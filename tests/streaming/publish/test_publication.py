"""A camera that publishes by WebRTC, from its first frame on."""

from __future__ import annotations

import asyncio
import re
import socket
import time

import pytest
from django.test import override_settings

from cameras.models import CaptureSession
from streaming.domain import pace, wire
from streaming.domain.liveness import State
from tests.streaming.publish.conditions import has_ended, is_free, is_in, is_off, is_seen
from tests.streaming.waiting import WITHIN_S, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


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


async def test_its_totals_are_recorded_while_it_films(records_often, filming):
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


async def test_a_camera_that_floods_is_cut_down_told_and_at_last_ended(
    filming, monkeypatch, watching, ingest
):
    monkeypatch.setattr(pace, "PATIENCE_S", 1.0)
    flooding = asyncio.create_task(flood(filming))
    while (told := await filming.told("refused"))["reason"] != "frame_rate":
        pass
    assert told["count"] > 1
    assert await filming.ended() == "too_much"
    flooding.cancel()
    await until(lambda: has_ended(filming.session, "too_much"))
    assert ingest.refusals.total["frame_rate_percent"] > 10


async def flood(filming):
    while True:
        for _ in range(5):
            filming.film()
        await asyncio.sleep(0.01)


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
    [live] = await store.live([camera.pk])
    assert (live.publisher, live.since) == ("olga", live.last_seen)
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
