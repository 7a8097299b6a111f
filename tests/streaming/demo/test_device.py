"""What the demo camera, the tests and the benchmarks are to a server."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.server import serve

from streaming.demo.device import Device, Lost, Refused, signaling
from streaming.domain.sdp import clean_offer
from tests.streaming.publish.webrtc.session import Server, connected

FRAME = bytes(1000)


@pytest.fixture
async def session():
    async with connected() as session:
        yield session


async def test_nothing_is_sent_before_the_channels_are_open():
    device = Device(print)
    assert not device.has_room(1)
    assert not device.say("ping")
    await device.close()


async def test_frames_and_words_arrive(session):
    assert session.camera.has_room(len(FRAME))
    assert await session.exchange(FRAME) == FRAME
    assert session.camera.say("ping", time=1.5)
    assert json.loads(await session.server.controls.get()) == {"type": "ping", "time": 1.5}


async def test_where_two_frames_wait_there_is_no_room_for_more(session):
    while session.camera.has_room(len(FRAME)):
        session.camera.frames.send(FRAME)
    assert session.camera.frames.bufferedAmount > 2 * len(FRAME)


class Desk:
    """A server, which answers what it is asked in this order, and then closes."""

    def __init__(self, *answers):
        self._answers = answers
        self.asked = []

    async def __call__(self, socket):
        self.path = socket.request.path
        for answer in self._answers:
            self.asked.append(json.loads(await socket.recv()))
            await socket.send(json.dumps(await self.answer(answer)))

    async def answer(self, answer):
        return answer


@pytest.fixture
async def talk():
    async with AsyncExitStack() as stack:

        async def talk(desk):
            server = await stack.enter_async_context(serve(desk, "127.0.0.1", 0))
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            return await stack.enter_async_context(signaling(url, "hall"))

        yield talk


async def test_it_speaks_for_one_camera(talk):
    desk = Desk({"type": "welcome", "camera": {}})
    server = await talk(desk)
    await server.say("authenticate", key="secret")
    assert await server.hear("welcome") == {"type": "welcome", "camera": {}}
    assert desk.path == "/ws/publish/hall/"
    assert desk.asked == [{"type": "authenticate", "key": "secret"}]


async def test_an_error_is_told_in_the_servers_words(talk):
    server = await talk(Desk({"type": "error", "message": "No such camera"}))
    await server.say("authenticate", key="secret")
    with pytest.raises(Refused, match="No such camera"):
        await server.hear("welcome")


async def test_the_end_is_told_in_the_servers_words(talk):
    server = await talk(Desk({"type": "ended", "message": "Taken over"}))
    await server.say("bye")
    with pytest.raises(Lost, match="Taken over"):
        await server.until_ended()


async def test_a_socket_that_closes_is_the_end(talk):
    server = await talk(Desk())
    with pytest.raises(Lost, match="closed"):
        await server.until_ended()


async def test_an_offer_is_answered_and_the_channels_open(talk):
    peer, device = Server().peer, Device(print)

    class Answering(Desk):
        async def answer(self, answer):
            return {**answer, "sdp": await peer.answer(clean_offer(self.asked[0]["sdp"]))}

    desk = Answering({"type": "answer", "session": 7})
    answer = await (await talk(desk)).negotiate(device, resume="ours")
    assert (answer["session"], desk.asked[0]["resume"]) == (7, "ours")
    assert desk.asked[0]["take_over"]
    await device.opened()
    await device.close()
    await peer.close()
