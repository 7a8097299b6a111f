from __future__ import annotations

import json

import pytest

from tests.streaming.frames import frame
from tests.streaming.watch.viewing import WATCH

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        '"subscribe"',
        "{}",
        '{"type": 7}',
        '{"type": null}',
        '{"type": "shout"}',
        '{"type": "websocket.disconnect"}',
        '{"type": "websocket.receive", "text": "{}"}',
        '{"type": "show_frame"}',
        '{"type": "__init__"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "cameras": "front-door"}',
        '{"type": "subscribe", "cameras": {"front-door": 1}}',
        '{"type": "subscribe", "cameras": [7]}',
        '{"type": "subscribe", "cameras": ["\\ud800"]}',
        '{"type": "subscribe", "cameras": ["front\\u0000door"]}',
        '{"type": "unsubscribe", "cameras": null}',
        '{"type": "ping"}',
        '{"type": "ping", "time": "now"}',
        '{"type": "ping", "time": true}',
        '{"type": "ping", "time": NaN}',
        '{"type": "ping", "time": Infinity}',
        '{"type": "ping", "time": 1e999}',
        '{"type": "ping", "time": ' + "9" * 400 + "}",
    ],
)
async def test_a_bad_message_is_named_and_closes_the_socket(dial, db, text):
    socket = await dial(WATCH)
    await socket.send_input({"type": "websocket.receive", "text": text})
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


@pytest.mark.parametrize(
    "text",
    ["[" * 4_000, '{"type":' * 500, '{"type": "ping", "x": "' + "x" * 10_000_000],
    ids=["nested", "nested objects", "10 MB"],
)
async def test_a_huge_message_is_a_bad_message(dial, db, text):
    socket = await dial(WATCH)
    await socket.send_to(text)
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


async def test_a_binary_message_is_a_bad_message(dial, db):
    socket = await dial(WATCH)
    await socket.send_to(bytes_data=frame(7, 1))
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


async def test_the_longest_message_has_four_kibibytes(dial, db):
    socket = await dial(WATCH)
    longest = json.dumps({"type": "ping", "time": 1, "x": ""})
    padding = "x" * (4096 - len(longest))
    await socket.say("ping", time=1, x=padding)
    await socket.hear("pong")
    await socket.say("ping", time=1, x=padding + "x")
    await socket.is_refused("bad_message")


async def test_fields_of_newer_clients_are_ignored(dial, db):
    socket = await dial(WATCH)
    await socket.say("ping", time=1, mood="sunny")
    await socket.hear("pong")


async def test_one_bad_viewer_takes_nobody_along(watching, dial, bus, camera):
    bad = await dial(WATCH)
    await bad.send_to("hello")
    await bad.is_refused("bad_message")
    await bus.publish(camera.pk, frame(7, 1))
    await watching.hear_until(lambda said: isinstance(said, bytes))
