"""Which candidates an answer has, and what it waits for."""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import asynccontextmanager

import pytest
from aioice import stun
from aioice.stun import Class, Message, Method

from streaming.publish.webrtc.guard import gathering
from tests.streaming.publish.webrtc.session import Camera, Server, all_others_done, connected

#: Each process that runs tests has its own.
PORT = 9905 + 10 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
SECRETS = {"username": "user", "credential": "password"}

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def _asked_all(monkeypatch):
    monkeypatch.setattr(gathering, "_ask_again_s", {})


class Other(asyncio.DatagramProtocol):
    """A STUN and TURN server that says nothing, or what `answers` makes of a request."""

    def __init__(self, answers=lambda request, address: None):
        self.asked = []
        self.asked_at_s = []
        self._answers = answers

    def connection_made(self, transport):
        self.transport = transport
        self.address = "{}:{}".format(*transport.get_extra_info("sockname"))

    def datagram_received(self, data, address):
        request = stun.parse_message(data)
        self.asked.append(request.message_method)
        self.asked_at_s.append(time.time())
        if answer := self._answers(request, address):
            self.transport.sendto(bytes(answer), address)


@asynccontextmanager
async def other_server(*options):
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: Other(*options), local_addr=("127.0.0.1", 0)
    )
    try:
        yield server
    finally:
        transport.close()


def mapped(request, _):
    answer = Message(request.message_method, Class.RESPONSE, request.transaction_id)
    answer.attributes["XOR-MAPPED-ADDRESS"] = ("203.0.113.7", 4000)
    return answer


def refused(request, _):
    answer = Message(request.message_method, Class.ERROR, request.transaction_id)
    answer.attributes["ERROR-CODE"] = (403, "Forbidden")
    return answer


async def answered(ice_servers, **options):
    """The answer to a camera, and how long it took."""
    server, camera = Server(ice_servers=ice_servers, **options), Camera()
    try:
        offer = await camera.offer()
        began_s = time.monotonic()
        answer = await server.peer.answer(offer)
        return answer, time.monotonic() - began_s
    finally:
        await camera.connection.close()
        await server.peer.close()


def types_of(answer):
    return set(re.findall(r" typ (\w+)", answer))


async def test_a_server_that_answers_adds_a_candidate():
    async with other_server(mapped) as server:
        answer, took_s = await answered([{"urls": f"stun:{server.address}"}])
    assert types_of(answer) == {"host", "srflx"}
    assert "203.0.113.7 4000 typ srflx" in answer
    assert took_s < gathering.SERVERS_TIMEOUT_S


@pytest.mark.usefixtures("complaints")
async def test_silent_servers_delay_one_answer_by_a_second_and_no_other(monkeypatch, caplog):
    monkeypatch.setattr(gathering, "SERVERS_TIMEOUT_S", 0.5)
    async with other_server() as first, other_server() as second:
        servers = [
            {"urls": f"stun:{first.address}"},
            {"urls": f"turn:{second.address}", **SECRETS},
        ]
        answer, took_s = await answered(servers)
        assert took_s >= 0.5
        # Both at the same time: before one of them is said to be silent.
        silent_at_s = min(record.created for record in caplog.records)
        assert max(first.asked_at_s[0], second.asked_at_s[0]) < silent_at_s
        assert types_of(answer) == {"host"}
        assert Method.BINDING in first.asked
        assert Method.ALLOCATE in second.asked
        first.asked.clear()
        second.asked.clear()
        await answered(servers)
    # Whom nobody asks, nobody waits for.
    assert first.asked == second.asked == []
    assert caplog.text.count("did not answer within 0.5 s") == 2
    await all_others_done()


async def test_a_server_that_was_silent_is_asked_again_after_a_while(monkeypatch):
    monkeypatch.setattr(gathering, "SERVERS_TIMEOUT_S", 0.1)
    monkeypatch.setattr(gathering, "SILENT_FOR_S", 0.0)
    async with other_server() as server:
        await answered([{"urls": f"stun:{server.address}"}])
        server.asked.clear()
        server._answers = mapped
        answer, _ = await answered([{"urls": f"stun:{server.address}"}])
        assert types_of(answer) == {"host", "srflx"}


async def test_a_server_that_one_address_does_not_reach_is_asked_from_the_others(monkeypatch):
    monkeypatch.setattr(gathering, "SERVERS_TIMEOUT_S", 0.1)
    monkeypatch.setattr(
        "aioice.ice.get_host_addresses", lambda *_, **__: ["127.0.0.1", "127.0.0.2"]
    )

    asked_from = []

    def of_one(request, address):
        asked_from.append(address[0])
        return mapped(request, address) if address[0] == "127.0.0.1" else None

    async with other_server(of_one) as server:
        for expected in {"127.0.0.1", "127.0.0.2"}, {"127.0.0.1"}:
            asked_from.clear()
            answer, _ = await answered([{"urls": f"stun:{server.address}"}])
            assert types_of(answer) == {"host", "srflx"}
            assert set(asked_from) == expected


async def test_a_server_that_refuses_is_not_waited_for(caplog):
    async with other_server(refused) as server:
        answer, took_s = await answered([{"urls": f"turn:{server.address}", **SECRETS}])
    assert types_of(answer) == {"host"}
    assert took_s < gathering.SERVERS_TIMEOUT_S
    assert "No candidate from 127.0.0.1" in caplog.text


async def test_a_server_is_asked_from_a_port_of_the_range():
    ports = range(PORT, PORT + 1)
    asked_from = []

    def note(request, address):
        asked_from.append(address[1])
        return mapped(request, address)

    async with other_server(note) as server:
        await answered([{"urls": f"stun:{server.address}"}], udp_ports=ports)
    assert set(asked_from) == set(ports)


async def test_a_camera_connects_beside_servers_that_are_silent(monkeypatch):
    monkeypatch.setattr(gathering, "SERVERS_TIMEOUT_S", 0.1)
    async with other_server() as server:
        servers = [{"urls": f"turn:{server.address}", **SECRETS}]
        async with connected(ice_servers=servers) as session:
            assert await session.exchange(b"picture") == b"picture"


def allocated(request, address):
    answer = mapped(request, address)
    answer.attributes["XOR-RELAYED-ADDRESS"] = ("203.0.113.7", 5000)
    answer.attributes["LIFETIME"] = 600
    return answer


@pytest.mark.usefixtures("complaints")
async def test_a_connection_closes_beside_a_server_that_fell_silent(monkeypatch, caplog):
    async with other_server(allocated) as other:
        servers = [{"urls": f"turn:{other.address}", **SECRETS}]
        server, camera = Server(ice_servers=servers), Camera()
        answer = await server.peer.answer(await camera.offer())
        assert types_of(answer) == {"host", "relay"}
        other._answers = lambda *_: None
        monkeypatch.setattr(gathering, "SERVERS_TIMEOUT_S", 0.1)
        await camera.connection.close()
        await server.peer.close()
        await all_others_done()
    assert "did not close" not in caplog.text
