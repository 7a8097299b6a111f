"""Which UDP ports a server's sockets use."""

from __future__ import annotations

import os
import re
import socket
from contextlib import AsyncExitStack

import pytest
from aioice import ice

from streaming.publish.webrtc import guard
from streaming.publish.webrtc.guard.install import install
from tests.streaming.publish.webrtc.session import Session, connected

#: Each process that runs tests has ports of its own.
FIRST = 9900 + 10 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
install()
ADDRESSES = ice.get_host_addresses(use_ipv4=True, use_ipv6=True)


def ports_of(answer):
    return {int(port) for port in re.findall(r"a=candidate:\S+ 1 udp \d+ \S+ (\d+) typ", answer)}


async def answered(stack, ports):
    """The ports in the answer of one more server with sockets of this range."""
    session = Session(udp_ports=ports)
    stack.push_async_callback(session.server.peer.close)
    stack.push_async_callback(session.camera.connection.close)
    return ports_of(await session.server.peer.answer(await session.camera.offer()))


async def test_a_camera_is_connected_over_a_port_of_the_range():
    ports = range(FIRST, FIRST + 4)
    async with connected(udp_ports=ports) as session:
        assert await session.exchange(b"picture") == b"picture"
        assert ports_of(session.server.peer._connection.localDescription.sdp) < set(ports)


async def test_each_camera_has_one_port_at_all_addresses_to_itself():
    ports = range(FIRST, FIRST + 3)
    async with AsyncExitStack() as stack:
        taken = [await answered(stack, ports) for _ in ports]
    assert sorted(taken, key=min) == [{port} for port in ports]


async def test_a_port_of_somebody_else_is_passed_over_even_at_one_address():
    ports = range(FIRST, FIRST + 2)
    family = socket.AF_INET6 if ":" in ADDRESSES[-1] else socket.AF_INET
    async with AsyncExitStack() as stack:
        other = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
        other.bind((ADDRESSES[-1], FIRST))
        assert await answered(stack, ports) == {FIRST + 1}


async def test_without_a_free_port_it_says_so_and_takes_the_next_camera_when_one_is_free():
    ports = range(FIRST, FIRST + 1)
    async with AsyncExitStack() as stack:
        async with connected(udp_ports=ports):
            with pytest.raises(guard.NoFreePort, match=f"from {FIRST} to {FIRST} is taken"):
                await answered(stack, ports)
        assert await answered(stack, ports) == set(ports)


def test_a_machine_without_a_network_has_itself(monkeypatch):
    monkeypatch.setattr("ifaddr.get_adapters", list)
    assert ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == ["127.0.0.1"]
