from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from channels.db import database_sync_to_async
from django.test import override_settings

from cameras.models import Camera, CaptureSession, Grant, PublishKey, Role
from streaming import conf
from streaming.backplane.connection import TIMEOUT_S
from streaming.publish import publication
from streaming.publish.consumer import MAX_REQUESTS
from streaming.publish.states import TIMEOUTS_S, State
from tests.streaming.waiting import WITHIN_S, until

pytestmark = pytest.mark.django_db(transaction=True)

PUBLISH = "/ws/publish/front-door/"
VECTORS = Path(__file__).parents[2] / "vectors"
OFFER = (VECTORS / "offer-chromium.sdp").read_text()
ATTACH = {"type": "attach", "resume": "a:b:c"}


@pytest.fixture
async def socket(dial, owner, camera):
    """The owner's, authenticated."""
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate")
    await socket.hear("welcome")
    return socket


@pytest.fixture
def key(camera):
    return PublishKey.issue(camera=camera, name="Hall phone")[1]


async def is_turned_away(socket):
    error = await socket.is_refused("not_allowed")
    assert await socket.close_code() == 4403
    return error["message"], error.get("why")


async def why_turned_away(socket):
    _sentence, why = await is_turned_away(socket)
    return why


async def is_bad_message(socket):
    await socket.is_refused("bad_message")
    return await socket.close_code() == 4400


# Authenticating


async def test_the_owner_is_welcome_and_hears_how_to_film(dial, camera, owner):
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate")
    assert await socket.hear("welcome") == {
        "camera": {
            "id": str(camera.pk),
            "slug": "front-door",
            "name": "Front door",
            "width": 1280,
            "height": 720,
            "frame_rate": 30,
            "quality": 0.7,
            "delivery": "resilient",
            "codec": "auto",
        },
        "ice_servers": [],
        "protocol": 1,
    }


async def test_the_ice_servers_of_the_settings_are_told(dial, camera, owner):
    servers = [{"urls": "turn:turn.example", "username": "sky", "credential": "secret"}]
    with override_settings(SKYSENTRY={"ICE_SERVERS": servers}):
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate")
        assert (await socket.hear("welcome"))["ice_servers"] == servers


async def test_a_superuser_is_welcome(dial, camera, superuser):
    socket = await dial(PUBLISH, superuser)
    await socket.say("authenticate")
    await socket.hear("welcome")


async def test_who_was_granted_to_publish_is_welcome(dial, camera, stranger):
    await Grant.objects.acreate(camera=camera, user=stranger, role=Role.PUBLISH)
    socket = await dial(PUBLISH, stranger)
    await socket.say("authenticate", key=None)
    await socket.hear("welcome")


async def test_a_key_is_welcome_without_an_account(dial, key):
    socket = await dial(PUBLISH)
    await socket.say("authenticate", key=key)
    assert (await socket.hear("welcome"))["camera"]["slug"] == "front-door"


@pytest.mark.parametrize("who", ["viewer", "stranger", "visitor"])
async def test_who_may_not_publish_is_told_what_is_said_of_no_camera(dial, people, who):
    reasons = set()
    for path in PUBLISH, "/ws/publish/nowhere/":
        socket = await dial(path, people[who])
        await socket.say("authenticate")
        reasons.add(await is_turned_away(socket))
    assert len(reasons) == 1


async def test_a_disabled_camera_takes_nobody(dial, camera, owner, key):
    await Camera.objects.aupdate(enabled=False)
    for secret in None, key:
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate", key=secret)
        await is_turned_away(socket)


async def test_the_camera_of_somebody_else_is_turned_away(dial, owner, stranger, camera):
    await Camera.objects.acreate(name="Garden", owner=stranger)
    socket = await dial("/ws/publish/garden/", owner)
    await socket.say("authenticate")
    await is_turned_away(socket)


async def test_a_key_opens_its_own_camera_alone(dial, owner, key):
    await Camera.objects.acreate(name="Garden", owner=owner)
    # Though its owner holds it.
    socket = await dial("/ws/publish/garden/", owner)
    await socket.say("authenticate", key=key)
    assert await why_turned_away(socket) is None


async def test_a_revoked_key_is_turned_away(dial, key):
    await database_sync_to_async(lambda: PublishKey.objects.get().revoke())()
    socket = await dial(PUBLISH)
    await socket.say("authenticate", key=key)
    assert await why_turned_away(socket) == "revoked"


async def test_a_key_hears_that_its_camera_is_disabled(dial, camera, key, owner):
    await Camera.objects.aupdate(enabled=False)
    for given, why in {key: "disabled", None: None}.items():
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate", key=given)
        assert await why_turned_away(socket) == why


async def test_a_page_whose_user_has_signed_out_hears_so_whatever_camera_it_names(dial, camera):
    for path in PUBLISH, "/ws/publish/nowhere/":
        socket = await dial(path)
        await socket.say("authenticate")
        assert await why_turned_away(socket) == "signed_out"


@pytest.mark.parametrize("secret", ["", "sspk_", "sspk_" + "x" * 43, "x" * 10_000, "'; --"])
async def test_what_is_no_key_is_turned_away(dial, camera, owner, secret):
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate", key=secret)
    await is_turned_away(socket)


async def test_who_never_authenticates_is_timed_out(dial, camera, owner, monkeypatch):
    monkeypatch.setitem(TIMEOUTS_S, State.CONNECTED, 0.1)
    socket = await dial(PUBLISH, owner)
    await socket.is_refused("timeout")
    assert await socket.close_code() == 4408


async def test_who_has_authenticated_has_all_the_time(dial, camera, owner, monkeypatch):
    monkeypatch.setitem(TIMEOUTS_S, State.CONNECTED, 0.1)
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate")
    await socket.hear("welcome")
    assert await socket.receive_nothing(timeout=0.3)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("offer", {"sdp": OFFER}), ("attach", {"resume": "a:b:c"}), ("bye", {})],
)
async def test_nothing_is_taken_before_authentication(dial, camera, owner, kind, fields):
    socket = await dial(PUBLISH, owner)
    await socket.say(kind, **fields)
    assert await is_bad_message(socket)


async def test_authenticating_twice_is_a_bad_message(socket):
    await socket.say("authenticate")
    assert await is_bad_message(socket)


# Offers


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


# Attaching


async def test_another_socket_attaches_to_a_running_peer(filming, phone, owner):
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    assert await again.socket.hear("attached") == {"session": filming.session}
    await again.socket.say("bye")
    assert (await again.socket.hear("ended"))["reason"] == "stopped"


async def test_one_socket_attaches_once(filming, phone, owner):
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.hear("attached")
    await again.socket.say("attach", resume=filming.resume)
    assert await is_bad_message(again.socket)


async def test_who_publishes_does_not_attach(filming):
    await filming.socket.say("attach", resume=filming.resume)
    assert await is_bad_message(filming.socket)


async def test_who_has_attached_makes_no_offer(filming, phone, owner):
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.hear("attached")
    await again.offer()
    assert await is_bad_message(again.socket)


@pytest.mark.parametrize("token", ["", "a:b:c", "x" * 1000])
async def test_what_is_no_token_attaches_to_nothing(filming, phone, owner, token):
    again = await phone(owner)
    await again.socket.say("attach", resume=token)
    await again.socket.is_refused("gone")


async def test_the_token_of_somebody_else_attaches_to_nothing(filming, phone, key):
    thief = await phone(key=key)
    await thief.socket.say("attach", resume=filming.resume)
    await thief.socket.is_refused("gone")


async def test_a_session_that_is_over_is_gone_and_an_offer_resumes_nothing(filming, phone, owner):
    await filming.socket.say("bye")
    await filming.socket.hear("ended")
    await until(lambda: CaptureSession.objects.filter(end_reason="stopped").aexists())
    again = await phone(owner)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.is_refused("gone")
    await again.offer(resume=filming.resume)
    assert (await again.connect())["resumed"] is False


async def test_a_peer_that_its_process_does_not_know_is_gone(socket, store, filming, camera):
    lease = await store.holder(camera.pk)
    await store.claim(camera.pk, replace(lease, peer="of an earlier life"), take_over=True)
    await socket.say("attach", resume=filming.resume)
    await socket.is_refused("gone")
    await socket.say("offer", sdp="hello")
    await socket.is_refused("bad_offer")


async def test_while_redis_is_away_attaching_is_unavailable(filming, phone, owner, valkey):
    again = await phone(owner)
    await asyncio.to_thread(valkey.stop)
    await again.socket.say("attach", resume=filming.resume)
    await again.socket.is_refused("unavailable")


@pytest.fixture
def never_renewed(monkeypatch):
    """A lease stays as a test has left it."""
    monkeypatch.setattr(publication, "_TICK_S", 60.0)


async def test_an_attachment_that_nobody_answers_is_unavailable(
    never_renewed, socket, store, filming, camera, monkeypatch
):
    monkeypatch.setitem(TIMEOUTS_S, State.ATTACHING, 0.1)
    lease = await store.holder(camera.pk)
    # By another peer: its own process would renew its own lease.
    nobody = replace(lease, peer="nobody", channel="ingest.nobody!1")
    await store.claim(camera.pk, nobody, take_over=True)
    await socket.say("attach", resume=filming.resume)
    await socket.is_refused("unavailable")


# Stopping


async def test_a_camera_that_stops_is_told_that_it_has(filming):
    await filming.socket.say("bye")
    ended = await filming.socket.hear("ended")
    assert ended == {"reason": "stopped", "message": "The camera has stopped."}
    assert await filming.socket.close_code() == 1000


async def test_a_camera_that_stops_before_it_began_is_closed(socket):
    await socket.say("bye")
    assert await socket.close_code() == 1000


async def test_a_socket_that_closes_leaves_no_task(socket):
    await socket.say("offer", sdp=OFFER)
    await socket.disconnect(timeout=WITHIN_S)
    assert "PublishConsumer" not in repr(asyncio.all_tasks())


# Bad inputs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        "{}",
        '{"type": 7}',
        '{"type": ["offer"]}',
        '{"type": "shout"}',
        '{"type": "ingest.answer", "sdp": "", "peer": "x", "ingest": "y"}',
        '{"type": "ingest_answer"}',
        '{"type": "ingest.ended", "reason": "stopped"}',
        '{"type": "websocket.disconnect", "code": 1000}',
        '{"type": "authenticate", "key": 7}',
        '{"type": "authenticate", "key": ["sspk_x"]}',
        '{"type": "authenticate", "key": "\\ud800"}',
        '{"type": "authenticate", "key": "\\u0000"}',
        '{"type": "authenticate", "x": NaN}',
    ],
)
async def test_a_bad_message_is_named_and_closes_the_socket(dial, camera, owner, text):
    socket = await dial(PUBLISH, owner)
    await socket.send_input({"type": "websocket.receive", "text": text})
    assert await is_bad_message(socket)


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "offer"}',
        '{"type": "offer", "sdp": 7}',
        '{"type": "offer", "sdp": null}',
        '{"type": "offer", "sdp": {"type": "offer"}}',
        '{"type": "offer", "sdp": "\\ud800"}',
        '{"type": "offer", "sdp": "", "resume": 7}',
        '{"type": "offer", "sdp": "", "take_over": "yes"}',
        '{"type": "offer", "sdp": "", "take_over": 1}',
        '{"type": "attach"}',
        '{"type": "attach", "resume": 7}',
        '{"type": "attach", "resume": "\\ud800:a"}',
    ],
)
async def test_a_wrong_field_is_named_and_closes_the_socket(socket, text):
    await socket.send_to(text)
    assert await is_bad_message(socket)


@pytest.mark.parametrize(
    "text",
    ["[" * 16_000, '{"type":' * 2_000, '{"type": "offer", "sdp": "' + "x" * 10_000_000],
    ids=["nested", "nested objects", "10 MB"],
)
async def test_a_huge_message_is_a_bad_message(socket, text):
    await socket.send_to(text)
    assert await is_bad_message(socket)


async def test_a_binary_message_is_a_bad_message(socket):
    await socket.send_to(bytes_data=b"\x01\x02")
    assert await is_bad_message(socket)


async def test_the_longest_message_has_sixteen_kibibytes(socket):
    padding = "x" * (16 * 1024 - len(json.dumps({"type": "offer", "sdp": "", "x": ""})))
    await socket.say("offer", sdp="", x=padding)
    await socket.is_refused("bad_offer")
    await socket.say("offer", sdp="", x=padding + "x")
    assert await is_bad_message(socket)


async def test_fields_of_newer_clients_are_ignored(dial, camera, owner):
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate", mood="sunny")
    await socket.hear("welcome")


# Limits


async def test_a_camera_that_asks_too_often_is_told_when_to_come_back(dial, camera, owner, node):
    for _ in range(conf.get().NEGOTIATIONS_PER_CAMERA):
        node.admission.count_request(camera)
    for kind in ({"type": "offer", "sdp": OFFER}, {"type": "stream"}, ATTACH):
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate")
        await socket.hear("welcome")
        await socket.send_json_to(kind)
        assert 0 < (await socket.is_refused("busy"))["retry_after_s"] <= 3
        assert await socket.close_code() == 1013
    assert node.refusals.total["negotiations_per_camera"] == 3


async def test_other_cameras_may_ask(dial, camera, owner, node):
    for _ in range(conf.get().NEGOTIATIONS_PER_CAMERA):
        node.admission.count_request(camera)
    await Camera.objects.acreate(name="Garden", owner=owner)
    socket = await dial("/ws/publish/garden/", owner)
    await socket.say("authenticate")
    await socket.hear("welcome")
    await socket.say("stream")
    await socket.hear("streaming")


async def test_who_waits_for_a_camera_does_not_use_up_what_it_may_ask(filming, phone, key, node):
    waiting = await phone(key=key)
    for _ in range(MAX_REQUESTS):
        await waiting.offer()
        await waiting.socket.is_refused("camera_busy")
    assert node.refusals.total["negotiations_per_camera"] == 0
    await waiting.offer()
    await waiting.socket.is_refused("busy")
    assert await waiting.socket.close_code() == 1013


async def test_bad_offers_of_a_socket_are_bounded(socket):
    for _ in range(MAX_REQUESTS):
        await socket.say("offer", sdp="hello")
        await socket.is_refused("bad_offer")
    await socket.say("offer", sdp="hello")
    await socket.is_refused("busy")
    assert await socket.close_code() == 1013


async def test_a_socket_that_asks_for_nothing_is_closed(socket, monkeypatch, dial, owner):
    monkeypatch.setitem(TIMEOUTS_S, State.AUTHENTICATED, 0.1)
    idle = await dial(PUBLISH, owner)
    await idle.say("authenticate")
    await idle.hear("welcome")
    await idle.is_refused("timeout")
    assert await idle.close_code() == 4408


async def test_the_newer_socket_of_a_session_closes_the_older(filming, phone, owner):
    sockets = [filming.socket]
    for _ in range(3):
        again = await phone(owner)
        await again.socket.say("attach", resume=filming.resume)
        await again.socket.hear("attached")
        await sockets[-1].is_refused("superseded")
        assert await sockets[-1].close_code() == 1000
        sockets.append(again.socket)
    # It speaks for the session.
    await sockets[-1].say("bye")
    assert (await sockets[-1].hear("ended"))["reason"] == "stopped"
