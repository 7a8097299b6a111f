from __future__ import annotations

import json
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import override_settings

from cameras.models import CaptureSession, PublishKey
from streaming.doctor import consumer
from streaming.protocol.doctor import MAX_PIECE_BYTES
from streaming.publish import probes
from tests.streaming.publish.publish_socket import OFFER
from tests.streaming.publish.webrtc.session import Camera
from tests.streaming.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]
DOCTOR = "/ws/doctor/"
ICE_SERVERS = [{"urls": "turn:turn.example.org", "username": "sky", "credential": "secret"}]


@pytest.fixture
async def checking(dial, owner):
    socket = await dial(DOCTOR, owner)
    assert (await socket.hear("hello"))["may_fill"]
    return socket


async def is_turned_away(socket):
    await socket.is_refused("bad_message")
    return await socket.close_code() == 4400


async def test_pings_are_answered_with_the_servers_time(dial):
    socket = await dial(DOCTOR)
    assert await socket.hear("hello") == {"may_fill": False, "ice_servers": []}
    await socket.say("ping", time=7)
    pong = await socket.hear("pong")
    assert pong["time"] == 7
    assert abs(pong["server_time"] - 1000 * time.time()) < 10_000
    assert pong["bytes"] == 0


async def test_bytes_go_both_ways(checking):
    await checking.send_to(bytes_data=bytes(1000))
    await checking.send_to(bytes_data=bytes(500))
    await checking.say("ping", time=1)
    assert (await checking.hear("pong"))["bytes"] == 1500
    await checking.say("fill", bytes=MAX_PIECE_BYTES)
    assert len(await checking.receive_from()) == MAX_PIECE_BYTES


async def test_a_visitor_checks_nothing_dear(dial):
    for say in (
        lambda socket: socket.say("fill", bytes=10),
        lambda socket: socket.say("offer", sdp=OFFER),
        lambda socket: socket.send_to(bytes_data=b"x"),
    ):
        socket = await dial(DOCTOR)
        await socket.hear("hello")
        await say(socket)
        assert await is_turned_away(socket)


async def test_a_device_checks_as_much_by_its_key(dial, camera):
    _, key = await sync_to_async(PublishKey.issue)(camera=camera, name="Hall phone")
    socket = await dial(DOCTOR)
    assert not (await socket.hear("hello"))["may_fill"]
    await socket.say("key", camera=str(camera.pk), key=key)
    assert (await socket.hear("hello"))["may_fill"]
    await socket.say("fill", bytes=10)
    assert len(await socket.receive_from()) == 10
    await socket.say("key", camera=str(camera.pk), key=key)
    assert await is_turned_away(socket)


async def test_a_key_that_is_none_is_worth_nothing(dial, camera):
    socket = await dial(DOCTOR)
    await socket.hear("hello")
    await socket.say("key", camera=str(camera.pk), key="guessed")
    assert not (await socket.hear("hello"))["may_fill"]


async def test_without_a_database_no_key_is_known(dial, camera, monkeypatch):
    def fail(*_):
        raise OperationalError("away")

    monkeypatch.setattr(consumer, "authenticate", fail)
    socket = await dial(DOCTOR)
    await socket.hear("hello")
    await socket.say("key", camera=str(camera.pk), key="any")
    assert not (await socket.hear("hello"))["may_fill"]


async def test_ice_servers_are_told_to_who_may_publish(dial, owner, viewer, camera):
    """They come with passwords of TURN."""
    _, key = await sync_to_async(PublishKey.issue)(camera=camera, name="Hall phone")
    with override_settings(SKYSENTRY={"ICE_SERVERS": ICE_SERVERS}):
        theirs, phones = await dial(DOCTOR, owner), await dial(DOCTOR)
        assert (await theirs.hear("hello"))["ice_servers"] == ICE_SERVERS
        assert (await phones.hear("hello"))["ice_servers"] == []
        await phones.say("key", camera=str(camera.pk), key=key)
        assert (await phones.hear("hello"))["ice_servers"] == ICE_SERVERS
        viewers = await (await dial(DOCTOR, viewer)).hear("hello")
        assert viewers == {"may_fill": True, "ice_servers": []}


async def test_one_address_leaves_room_for_others(node):
    with override_settings(SKYSENTRY={"DOCTOR_CHECKS": 3}):
        checks = consumer.Checks(node.refusals.count)
    assert [checks.take("192.0.2.7") for _ in range(3)] == [True, True, False]
    assert checks.take("192.0.2.8")


async def test_what_is_too_much_ends_it(checking, dial, owner, monkeypatch):
    monkeypatch.setattr(consumer, "MAX_FILLED_BYTES", 1000)
    await checking.send_to(bytes_data=bytes(1001))
    assert await is_turned_away(checking)
    for message in (
        {"type": "fill", "bytes": 1001},
        {"type": "fill", "bytes": MAX_PIECE_BYTES + 1},
        {"type": "offer", "sdp": "hello"},
        {"type": "x"},
    ):
        socket = await dial(DOCTOR, owner)
        await socket.hear("hello")
        await socket.send_json_to(message)
        assert await is_turned_away(socket)


async def test_messages_and_time_are_bounded(checking, dial, monkeypatch):
    monkeypatch.setattr(consumer, "MAX_MESSAGES", 1)
    await checking.say("ping", time=1)
    await checking.hear("pong")
    await checking.say("ping", time=1)
    assert await is_turned_away(checking)
    monkeypatch.setattr(consumer, "LIFE_S", 0.05)
    socket = await dial(DOCTOR)
    await socket.hear("hello")
    assert await socket.close_code() == 4408


async def test_so_many_at_once_and_from_one_address(node, dial):
    with override_settings(SKYSENTRY={"DOCTOR_CHECKS": 1, "DOCTOR_CHECKS_PER_ADDRESS": 3}):
        checks = consumer.Checks(node.refusals.count)
        assert checks.take("192.0.2.7")
        assert not checks.take("192.0.2.8")
        checks.free("192.0.2.7")
        assert checks.take("192.0.2.7")
        checks.free("192.0.2.7")
        assert checks.take("192.0.2.7")
        checks.free("192.0.2.7")
        assert not checks.take("192.0.2.7")
    assert node.refusals.total["doctor_checks"] == 1
    assert node.refusals.total["doctor_checks_per_address"] == 1


async def test_who_finds_no_room_is_told_when_to_come_back(dial, monkeypatch):
    monkeypatch.setattr(consumer.Checks, "take", lambda self, network: False)
    socket = await dial(DOCTOR)
    message = await socket.receive_output()
    assert (message["code"], message["reason"]) == (1013, "retry_after=20")


async def test_a_test_connection_counts_and_answers_and_leaves_no_record(checking, ingest):
    phone = Camera()
    try:
        await checking.say("offer", sdp=await phone.offer())
        await phone.accept((await checking.hear("answer"))["sdp"])
        await phone.opened()
        phone.frames.send(bytes(5000))
        await until(lambda: answered(phone, 5000))
    finally:
        await phone.connection.close()
    await until(lambda: ingest._probes._count == 0)
    assert not await CaptureSession.objects.aexists()
    assert len(ingest.registry) == 0


async def answered(phone, size):
    phone.control.send(json.dumps({"type": "ping", "time": 3}))
    pong = await phone.told("pong")
    return pong["time"] == 3 and pong["bytes"] == size


async def test_one_check_makes_one_connection(checking, monkeypatch):
    for _ in range(2):
        await checking.say("offer", sdp=OFFER)
    assert await is_turned_away(checking)


async def test_where_test_connections_are_full_it_says_so(checking, ingest, dial, owner):
    with override_settings(SKYSENTRY={"DOCTOR_CHECKS": 1}):
        await checking.say("offer", sdp=OFFER)
        await checking.hear("answer")
        other = await dial(DOCTOR, owner)
        await other.hear("hello")
        await other.say("offer", sdp=OFFER)
        assert (await other.hear("refused"))["code"] == "busy"
        assert ingest.refusals.total["doctor_checks"] == 1


async def test_an_abandoned_one_is_freed(checking, ingest, monkeypatch):
    monkeypatch.setattr(probes, "LIFE_S", 0.2)
    await checking.say("offer", sdp=OFFER)
    await checking.hear("answer")
    await until(lambda: ingest._probes._count == 0)
