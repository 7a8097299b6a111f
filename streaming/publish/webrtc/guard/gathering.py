"""Which candidates a session has (RFC 8445, 5.1.1), and how long it waits for other servers'."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Iterator
from typing import Any

from aioice import TransportPolicy, candidate, ice, stun, turn

from cameras.errors import reason_of
from streaming.publish.webrtc.guard import ports
from streaming.publish.webrtc.guard.refusals import label_of, refuse
from streaming.publish.webrtc.guard.udp import UdpTransport
from streaming.publish.webrtc.guard.wrapper import Wrapper

logger = logging.getLogger(__name__)

#: An answer waits so long for STUN and TURN servers: two round trips, and a packet sent again after
#: 0.5 s.
SERVERS_TIMEOUT_S = 1.0
#: A server that did not answer in time is not asked for so long, and no answer waits for it.
SILENT_FOR_S = 60.0

#: Host and port of a server, and the address of ours that it is asked from, if any.
_Way = tuple[str, int, str]
_Asked = Coroutine[Any, Any, tuple[Any, Any]]

#: When servers that were silent are asked again. One may be reached from one address of ours only.
_ask_again_s: dict[_Way, float] = {}


def use_ports(connection: Any, udp_ports: range) -> None:
    """Give the sockets of an ICE connection one of these ports, any port if there are none."""
    connection.guard_ports = udp_ports


def _get_component_candidates(original: Any) -> Any:
    async def get_component_candidates(
        connection: Any, component: int, addresses: list[str]
    ) -> list[Any]:
        udp_ports = getattr(connection, "guard_ports", None)
        if udp_ports is None:
            candidates: list[Any] = await original(connection, component, addresses)
            return candidates
        bound = ports.bind(addresses, udp_ports)
        hosts = [_host_protocol(connection, each, component) for each in bound]
        connection._protocols += hosts
        questions = _questions(connection, component, hosts)
        answers = await asyncio.gather(*(_ask(connection, *each) for each in questions))
        for protocol in hosts:
            # Not before: servers answer with what is no check.
            protocol.transport.admit_checks(connection.local_username)
        others = [each for each in answers if each is not None]
        return [*(protocol.local_candidate for protocol in hosts), *others]

    return get_component_candidates


def _host_protocol(connection: Any, bound: Any, component: int) -> Any:
    protocol = ice.StunProtocol(connection)
    UdpTransport(
        protocol,
        bound,
        lambda reason, count: refuse(connection, reason, count),
        label_of(connection),
    )
    host, port = bound.getsockname()[:2]
    protocol.local_candidate = candidate.Candidate(
        foundation=candidate.candidate_foundation("host", "udp", host),
        component=component,
        transport="udp",
        priority=candidate.candidate_priority(component, "host"),
        host=host,
        port=port,
        type="host",
    )
    return protocol


def _questions(connection: Any, component: int, hosts: list[Any]) -> Iterator[tuple[_Way, _Asked]]:
    """What to ask of which server; each answers with a candidate and, if relayed, its protocol."""
    if connection.stun_server:
        for protocol in hosts:
            way = (*connection.stun_server, protocol.local_candidate.host)
            if ":" not in way[-1] and not _is_silent(way):
                yield way, ice.server_reflexive_candidate(protocol, connection.stun_server)
    if connection.turn_server and not _is_silent(way := (*connection.turn_server, "")):
        yield way, _relayed_candidate(connection, component)


def _relayed_candidate(connection: Any, component: int) -> _Asked:
    asked: _Asked = ice.relayed_candidate(
        component=component,
        hide_related_address=connection._transport_policy == TransportPolicy.RELAY,
        protocol_factory=lambda: ice.StunProtocol(connection),
        turn_server=connection.turn_server,
        turn_username=connection.turn_username,
        turn_password=connection.turn_password,
        turn_ssl=connection.turn_ssl,
        turn_transport=connection.turn_transport,
    )
    return asked


def _is_silent(way: _Way) -> bool:
    return time.monotonic() < _ask_again_s.get(way, 0.0)


async def _ask(connection: Any, way: _Way, asked: _Asked) -> Any:
    """The candidate, or None."""
    host, port, ours = way
    name = f"{host}:{port}" + (f", asked from {ours}," if ours else "")
    try:
        async with asyncio.timeout(SERVERS_TIMEOUT_S):
            found, relay = await asked
    except TimeoutError:
        _ask_again_s[way] = time.monotonic() + SILENT_FOR_S
        logger.warning(
            "%s did not answer within %s s, and is left out for %s s",
            *(name, SERVERS_TIMEOUT_S, SILENT_FOR_S),
        )
        return None
    except (OSError, stun.TransactionError, LookupError) as error:
        # Unreachable, no such name, a wrong password, or no address in the answer.
        logger.warning("No candidate from %s: %s", name, reason_of(error))
        return None
    _ask_again_s.pop(way, None)
    if relay is not None:
        connection._protocols.append(relay)
    return found


def _delete(original: Any) -> Any:
    async def delete(client: Any) -> None:
        # Whatever becomes of the request, the socket is closed.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SERVERS_TIMEOUT_S):
                await original(client)

    return delete


WRAPPED = (
    Wrapper(
        ice.Connection,
        "get_component_candidates",
        _get_component_candidates,
        why="It takes any port, reads without end, and waits 5 s for a server that is silent.",
        test="test_gathering.py::test_silent_servers_delay_one_answer_by_a_second_and_no_other",
    ),
    Wrapper(
        turn.TurnClientMixin,
        "delete",
        _delete,
        why="It tells a TURN server goodbye for a minute, longer than a connection has to close.",
        test="test_gathering.py::test_a_connection_closes_beside_a_server_that_fell_silent",
    ),
)
