from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.auth.models import AnonymousUser, User

from cameras.identity import Identity
from streaming.domain.limits import Limit
from streaming.protocol.consumer import JsonConsumer
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.enums import WatchErrorCode
from streaming.protocol.watch import FromViewer, ViewerPing, WatchError


class Socket(JsonConsumer):
    """Notes what it hears, says and how it was closed."""

    decoder = Decoder[FromViewer](FromViewer, 100)

    def __init__(self) -> None:
        self.counted: list[Limit] = []
        super().__init__(lambda limit, _who: self.counted.append(limit))
        self.scope = cast(Any, {"client": ("192.0.2.7", 4711)})
        self.noted: list[Any] = []
        self.said: list[Any] = []
        self.closed_with: object = None

    async def handle_message(self, message):
        if message == ViewerPing(0.0):
            raise MessageError("Not now.")
        self.noted.append(message)

    def bad_message(self, sentence):
        return WatchError(WatchErrorCode.BAD_MESSAGE, sentence)

    async def send(self, text_data=None, bytes_data=None, close=False):
        self.said.append(json.loads(text_data))

    async def close(self, code=None, reason=None):
        self.closed_with = code


@pytest.fixture
def socket():
    return Socket()


def refused(sentence):
    return [{"type": "error", "code": "bad_message", "message": sentence, "protocol": 1}]


async def test_a_visitor_is_nobody(socket):
    socket.scope = {"user": AnonymousUser()}
    assert socket.session_identity() == Identity()


def test_who_has_signed_in_speaks_by_their_session(socket):
    socket.scope = {
        "user": User(pk=7, username="olga"),
        "session": SimpleNamespace(session_key="a key"),
    }
    assert socket.session_identity() == Identity(user_id=7, session_key="a key")


@pytest.mark.django_db(transaction=True)
async def test_a_call_is_answered_until_the_client_has_gone():
    async def send(_message):
        raise ConnectionResetError

    class Greeting(JsonConsumer):
        async def connect(self):
            await self.accept()
            assert self.is_closed

    async def receive():
        return next(events)

    events = iter([{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1006}])
    await Greeting(lambda _limit, _who: None)({"type": "websocket"}, receive, send)


async def test_a_message_is_handed_on_as_what_it_is(socket):
    await socket.receive('{"type": "ping", "time": 1}')
    assert (socket.noted, socket.said, socket.closed_with) == ([ViewerPing(1.0)], [], None)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text_data": None}, "The message is not JSON."),
        ({"text_data": '{"type": "ping"}'}, "time is not a number."),
        ({"text_data": '{"type": "ping", "time": 0}'}, "Not now."),
        ({"bytes_data": b"frame"}, "Binary messages are not expected here."),
    ],
    ids=["nothing", "wrong", "unexpected", "binary"],
)
async def test_what_breaks_the_protocol_is_named_and_closes_the_socket(socket, said, sentence):
    await socket.receive(**said)
    assert (socket.said, socket.closed_with) == (refused(sentence), 4400)
    assert socket.counted == [Limit.BAD_MESSAGES]
    # Autobahn refuses a subclass.
    assert type(socket.closed_with) is int


async def test_a_refusal_that_closes_nothing_leaves_it_open(socket):
    await socket.refuse(WatchError(WatchErrorCode.TOO_MANY, "At most 64."))
    assert socket.closed_with is None


async def test_a_socket_has_to_say_what_it_hears():
    bare = JsonConsumer(lambda _limit, _who: None)
    with pytest.raises(NotImplementedError):
        await bare.handle_message(ViewerPing(1.0))
    with pytest.raises(NotImplementedError):
        bare.bad_message("Not now.")


class Bare(Socket):
    """Says and closes as Channels does."""

    send = JsonConsumer.send
    close = JsonConsumer.close


async def test_what_comes_after_the_close_is_neither_read_nor_answered():
    socket = Bare()
    sent = []

    async def base_send(message):
        sent.append(message["type"])

    socket.base_send = base_send
    for _ in range(50):
        await socket.receive("junk")
    await socket.receive('{"type": "ping", "time": 1}')
    assert sent == ["websocket.send", "websocket.close"]
    assert not socket.noted


@pytest.mark.parametrize("error", [RuntimeError("closed"), ConnectionResetError()])
async def test_to_a_client_that_has_gone_nothing_is_said_twice(error):
    tried = []

    async def send(message):
        tried.append(message["type"])
        raise error

    consumer = JsonConsumer(lambda _limit, _who: None)
    consumer.base_send = consumer._until_gone(send)
    await consumer.send(text_data="first")
    await consumer.send(text_data="second")
    await consumer.close(1000)
    assert tried == ["websocket.send"]
