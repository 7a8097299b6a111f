"""Offers, and those that come to nothing."""

from __future__ import annotations

import asyncio
import time

import pytest
from channels.db import database_sync_to_async
from django.db import connection
from msgspec.structs import replace

from cameras.models import CaptureSession
from streaming.backplane.connection import TIMEOUT_S
from streaming.protocol.signaling import event_of
from streaming.publish import publication
from streaming.publish.offers import OFFERS
from streaming.publish.states import TIMEOUTS_S, State
from tests.streaming.publish.conditions import is_free, is_off
from tests.streaming.publish.publish_socket import OFFER, is_bad_message
from tests.streaming.udp import udp_sockets
from tests.streaming.waiting import WITHIN_S, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_an_offer_is_answered(phone, owner):
    filming = await phone(owner)
    await filming.offer()
    answer = await filming.connect()
    assert answer.keys() == {"sdp", "session", "resume", "resumed"}
    session = await CaptureSession.objects.aget()
    assert (answer["session"], answer["resumed"]) == (session.pk, False)
    assert (session.publisher, session.transport) == ("olga", "webrtc")
    assert (session.remote_address, session.user_agent) == ("192.0.2.7", "Mozilla/5.0")


async def test_the_session_of_a_key_has_its_name(phone, key):
    filming = await phone(key=key)
    await filming.offer()
    await filming.connect()
    session = await CaptureSession.objects.aget(key__name="Hall phone")
    assert (session.publisher, session.user_id) == ("Hall phone", None)


async def test_an_answered_offer_is_the_last_of_its_socket(filming):
    await filming.socket.say("offer", sdp=OFFER)
    assert await is_bad_message(filming.socket)


async def test_a_second_offer_before_the_answer_is_a_bad_message(socket):
    await socket.say("offer", sdp=OFFER)
    await socket.say("offer", sdp=OFFER)
    assert await is_bad_message(socket)


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "hello",
        "v=0\r\n",
        OFFER + OFFER,
        OFFER.replace("m=application", "m=video"),
        OFFER.replace("sha-256", "sha-1"),
        OFFER.replace("actpass", "passive"),
        OFFER + "a=x\r\n" * 2000,
    ],
    ids=["empty", "text", "head", "twice", "video", "sha-1", "passive", "long"],
)
async def test_a_bad_offer_is_refused_and_another_may_follow(socket, sdp):
    for _ in range(2):
        await socket.say("offer", sdp=sdp)
        await socket.is_refused("bad_offer")


async def test_a_good_offer_may_follow_a_bad_one(phone, owner):
    filming = await phone(owner)
    await filming.socket.say("offer", sdp="hello")
    await filming.socket.is_refused("bad_offer")
    await filming.offer()
    await filming.connect()


async def test_an_offer_that_nobody_takes_is_unavailable(socket, monkeypatch):
    monkeypatch.setitem(TIMEOUTS_S, State.OFFERED, 0.1)
    for _ in range(2):
        await socket.say("offer", sdp=OFFER)
        assert (await socket.is_refused("unavailable"))["retry_after_s"] > 0


async def test_while_redis_is_away_offers_are_unavailable(socket, valkey):
    await asyncio.to_thread(valkey.stop)
    for _ in range(2):
        await socket.say("offer", sdp=OFFER)
        assert (await socket.is_refused("unavailable"))["retry_after_s"] > 0


async def test_while_redis_is_frozen_offers_are_unavailable(socket, valkey):
    with valkey.frozen():
        began = time.monotonic()
        await socket.say("offer", sdp=OFFER)
        await socket.is_refused("unavailable")
        assert time.monotonic() - began < 3 * TIMEOUT_S


async def test_an_offer_is_taken_once_redis_is_back(phone, owner, valkey):
    filming = await phone(owner)
    await asyncio.to_thread(valkey.stop)
    await filming.offer()
    await filming.socket.is_refused("unavailable")
    await asyncio.to_thread(valkey.start)
    await filming.offer()
    await filming.connect()


async def test_somebody_else_who_publishes_is_named_and_may_be_taken_over(phone, filming, key):
    second = await phone(key=key)
    await second.offer()
    assert (await second.socket.is_refused("camera_busy"))["publisher"] == "olga"
    await second.offer(take_over=True)
    await second.connect()


async def test_a_token_that_is_worth_nothing_opens_a_new_session(phone, owner):
    filming = await phone(owner)
    await filming.offer(resume="a:b:c")
    assert (await filming.connect())["resumed"] is False


# Offers that come to nothing


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


async def test_an_offer_nobody_waits_for_is_let_go(phone, layer, offer, owner):
    waiting = await phone(owner)
    await layer.send(OFFERS, event_of(replace(offer, sent_at=0.0)))
    # Taken in turn.
    await waiting.offer()
    await waiting.connect()
    assert await CaptureSession.objects.acount() == 1


async def test_an_offer_that_the_library_refuses_leaves_nothing_behind(
    ingest, layer, offer, camera, store
):
    channel = await layer.new_channel()
    unfit = replace(offer, sdp="m=application", reply_to=channel)
    await layer.send(OFFERS, event_of(unfit))
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
