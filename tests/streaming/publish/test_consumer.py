from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import pytest
from channels.exceptions import StopConsumer
from channels.layers import get_channel_layer

from cameras.models import Camera
from streaming import conf
from streaming.publish.consumer import MAX_REQUESTS, PublishConsumer
from streaming.publish.states import TIMEOUTS_S, State
from tests.streaming.publish.publish_socket import OFFER, PUBLISH, is_bad_message
from tests.streaming.waiting import WITHIN_S

pytestmark = pytest.mark.django_db(transaction=True)


ATTACH = {"type": "attach", "resume": "a:b:c"}


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


async def test_of_a_socket_that_ends_while_it_is_told_something_nothing_is_kept(dial, monkeypatch):
    async def end_now(self, event):
        raise StopConsumer

    monkeypatch.setattr(PublishConsumer, "end_now", end_now, raising=False)
    layer = cast(Any, get_channel_layer())
    before = set(layer._open)
    socket = await dial(PUBLISH)
    [channel] = layer._open - before
    await layer.send(channel, {"type": "end.now"})
    await socket.wait(WITHIN_S)
    assert layer._open == before
    assert channel not in layer.receive_buffer
