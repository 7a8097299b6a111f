"""UDP ports and the addresses of this machine: where a session's sockets are."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import random
import socket
from typing import Any

from aioice import candidate, ice, turn

from streaming.publish.webrtc.guard.wrapper import Wrapper

logger = logging.getLogger(__name__)

#: As long as the library itself waits for a STUN server.
STUN_TIMEOUT_S = 5.0


def _get_host_addresses(original: Any) -> Any:
    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        # A machine without a network: the browser on it has no other way either.
        return original(use_ipv4, use_ipv6) or ["127.0.0.1"]

    return get_host_addresses


class NoFreePort(OSError):
    """Every UDP port of the range is taken."""


def use_ports(connection: Any, ports: range) -> None:
    """Give the sockets of an ICE connection one of these ports."""
    connection.guard_ports = ports


def _get_component_candidates(original: Any) -> Any:
    async def get_component_candidates(
        connection: Any, component: int, addresses: list[str]
    ) -> Any:
        ports = getattr(connection, "guard_ports", None)
        if not ports:
            return await original(connection, component, addresses)
        protocols = [
            await _protocol(connection, bound) for bound in _bind_one_port(addresses, ports)
        ]
        connection._protocols += protocols
        for protocol in protocols:
            protocol.local_candidate = _host_candidate(protocol, component)
        reflexive = await _reflexive_candidates(connection, protocols)
        # Without addresses it makes the others only.
        others = await original(connection, component, [])
        return [*(protocol.local_candidate for protocol in protocols), *reflexive, *others]

    return get_component_candidates


def _bind_one_port(addresses: list[str], ports: range) -> list[socket.socket]:
    """A socket at each address that takes one, all at the same port. Raises NoFreePort."""
    # Not in order: a late datagram of the session before would find a stranger there.
    for port in random.sample(ports, len(ports)):
        with contextlib.ExitStack() as stack:
            try:
                found = [_bind(stack, address, port) for address in addresses]
            except _PortInUse:
                continue
            stack.pop_all()
            return [each for each in found if each is not None]
    raise NoFreePort(f"Every UDP port from {ports[0]} to {ports[-1]} is taken.")


class _PortInUse(Exception):
    pass


def _bind(stack: contextlib.ExitStack, address: str, port: int) -> socket.socket | None:
    # Not by the event loop: uvloop does not tell a port in use from other errors.
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
    try:
        bound.bind((address, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise _PortInUse from error
        # An address that has just gone: as the library does without a range.
        logger.info("No UDP socket at %s: %s", address, error)
        return None
    return bound


async def _protocol(connection: Any, bound: socket.socket) -> Any:
    loop = asyncio.get_running_loop()
    bound.setblocking(False)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, turn.UDP_SOCKET_BUFFER_SIZE)
    _, protocol = await loop.create_datagram_endpoint(
        lambda: ice.StunProtocol(connection), sock=bound
    )
    return protocol


def _host_candidate(protocol: Any, component: int) -> Any:
    host, port = protocol.transport.get_extra_info("sockname")[:2]
    return candidate.Candidate(
        foundation=candidate.candidate_foundation("host", "udp", host),
        component=component,
        transport="udp",
        priority=candidate.candidate_priority(component, "host"),
        host=host,
        port=port,
        type="host",
    )


async def _reflexive_candidates(connection: Any, protocols: list[Any]) -> list[Any]:
    """How a STUN server sees the sockets, as far as there is one and it answers."""
    asked = [
        asyncio.wait_for(
            ice.server_reflexive_candidate(protocol, connection.stun_server),
            STUN_TIMEOUT_S,
        )
        for protocol in protocols
        if connection.stun_server and "." in protocol.local_candidate.host
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return [answer[0] for answer in answers if isinstance(answer, tuple)]


WRAPPED = (
    Wrapper(
        ice.Connection,
        "get_component_candidates",
        _get_component_candidates,
        why="It takes any port, and a firewall is opened for a few only.",
        test="test_ports.py::test_a_camera_is_connected_over_a_port_of_the_range",
    ),
    Wrapper(
        ice,
        "get_host_addresses",
        _get_host_addresses,
        why="It leaves loopback out, the only address of a machine without a network.",
        test="test_ports.py::test_a_machine_without_a_network_has_itself",
    ),
)
