"""ICE and STUN (RFC 8445, RFC 8489): whose datagrams reach a session at all."""

from __future__ import annotations

import asyncio
import struct
import time
from typing import Any

from aioice import ice, stun

from streaming.domain.allowance import Allowance
from streaming.publish.webrtc.guard import dtls
from streaming.publish.webrtc.guard.kernel_filter import MAX_STUN_BYTES
from streaming.publish.webrtc.guard.refusals import refuse
from streaming.publish.webrtc.guard.udp import UdpTransport
from streaming.publish.webrtc.guard.wrapper import Wrapper

#: Datagrams waiting for one session. At 10 MB/s they are 250 ms, an age for a live picture.
MAX_QUEUED_DATAGRAMS = 2048
#: Connectivity checks with the session's name, at once and per second. Who keeps to RFC 8445 makes
#: one every 50 ms, and far fewer once connected.
CHECKS_BURST, CHECKS_PER_S = 200, 50
#: Addresses of one peer, each of which may be checked from each of ours.
MAX_ADDRESSES = 64
#: Checks that are answered with "role conflict". One switch of roles settles an honest one.
MAX_ROLE_CONFLICTS = 4
#: Between a conflict and the next check, as between any two checks (RFC 8445, 14.2).
PACE_S = 0.05

#: First byte of a datagram with STUN (RFC 7983).
_STUN = range(4)
#: Where its header has the number of the transaction.
_TRANSACTION = slice(8, 20)


def _datagram_received(original: Any) -> Any:
    def datagram_received(protocol: Any, data: bytes, address: tuple[Any, ...]) -> None:
        connection = protocol.receiver
        if not data:
            refuse(connection, "empty datagram")
        elif data[0] in _STUN:
            if len(data) > MAX_STUN_BYTES or not _is_expected(protocol, data):
                refuse(connection, "STUN from elsewhere")
            elif not _is_stun(data):
                refuse(connection, "malformed STUN")
            else:
                original(protocol, data, address)
        elif (address[0], address[1]) not in getattr(connection, "guard_peers", ()):
            refuse(connection, "datagram from elsewhere")
        elif connection._queue.qsize() >= MAX_QUEUED_DATAGRAMS:
            refuse(connection, "datagram over the queue")
        elif not dtls.is_well_formed(data):
            refuse(connection, "malformed DTLS")
        else:
            # The original would first try to read it as STUN, for the price of an exception.
            connection.data_received(data, protocol.local_candidate.component)

    return datagram_received


def _is_expected(protocol: Any, data: bytes) -> bool:
    """Whether it may answer a question of ours, or knows our name: without reading it whole, which
    takes twenty times as long."""
    name = f"{protocol.receiver.local_username}:".encode()
    return data[_TRANSACTION] in protocol.transactions or name in data


def _is_stun(data: bytes) -> bool:
    try:
        stun.parse_message(data)
    except (ValueError, struct.error, IndexError, KeyError):
        return False
    return True


def _admit(connection: Any, protocol: Any, address: tuple[str, int]) -> None:
    """Take what comes from an address that passed a connectivity check, which needs the session's
    password, or that the other end named."""
    if not hasattr(connection, "guard_peers"):
        connection.guard_peers = set()
    connection.guard_peers.add(address)
    # Not where a TURN server stands between.
    if isinstance(protocol.transport, UdpTransport):
        protocol.transport.admit(address)


def _pair_remote_candidate(original: Any) -> Any:
    def pair_remote_candidate(connection: Any, remote: Any) -> None:
        for protocol in connection._protocols:
            _admit(connection, protocol, (remote._network_host, remote.port))
        original(connection, remote)

    return pair_remote_candidate


def _request_received(original: Any) -> Any:
    def request_received(
        connection: Any, message: Any, address: tuple[str, int], protocol: Any
    ) -> None:
        # Before its password is looked at, which is the dear part. Strangers do not know the name,
        # and cannot use up what is left for the camera.
        if connection._valid_username(message.attributes.get("USERNAME", "")):
            if not hasattr(connection, "guard_checks"):
                connection.guard_checks = Allowance(CHECKS_BURST, CHECKS_PER_S)
            if not connection.guard_checks.take(time.monotonic()):
                refuse(connection, "check too many")
                return
        original(connection, message, address, protocol)

    return request_received


def _respond_error(original: Any) -> Any:
    def respond_error(
        connection: Any, request: Any, address: Any, protocol: Any, error: tuple[int, str]
    ) -> None:
        if error[0] in (400, 401):
            refuse(connection, "STUN without the password")
        else:
            original(connection, request, address, protocol, error)

    return respond_error


def _check_incoming(original: Any) -> Any:
    def check_incoming(
        connection: Any, message: Any, address: tuple[str, int], protocol: Any
    ) -> None:
        remotes = connection._remote_candidates
        known = any((each._network_host, each.port) == address for each in remotes)
        if not known and len(remotes) >= MAX_ADDRESSES:
            refuse(connection, "address too many")
        elif "PRIORITY" not in message.attributes:
            refuse(connection, "check without priority")
        else:
            _admit(connection, protocol, address)
            original(connection, message, address, protocol)

    return check_incoming


def _check_start(original: Any) -> Any:
    async def check_start(connection: Any, pair: Any) -> None:
        # Called by itself, after an answer that says "role conflict".
        if pair.state is pair.State.IN_PROGRESS:
            connection.guard_conflicts = getattr(connection, "guard_conflicts", 0) + 1
            if connection.guard_conflicts > MAX_ROLE_CONFLICTS:
                refuse(connection, "role conflict too many")
                connection.check_state(pair, pair.State.FAILED)
                connection.check_complete(pair)
                return
            await asyncio.sleep(PACE_S)
        await original(connection, pair)

    return check_start


WRAPPED = (
    Wrapper(
        ice.StunProtocol,
        "datagram_received",
        _datagram_received,
        why="It takes any datagram of anybody for the session, and queues without bound.",
        test="test_strangers.py::test_datagrams_of_strangers_are_refused",
    ),
    Wrapper(
        ice.Connection,
        "request_received",
        _request_received,
        why="It computes a checksum and answers for as many checks as somebody sends.",
        test="test_strangers.py::test_a_flood_with_the_right_password_is_answered_in_part",
    ),
    Wrapper(
        ice.Connection,
        "respond_error",
        _respond_error,
        why="An answer is longer than its question, and would go wherever a stranger says.",
        test="test_strangers.py::test_a_wrong_password_is_not_answered",
    ),
    Wrapper(
        ice.Connection,
        "check_incoming",
        _check_incoming,
        why="It keeps every address that is checked from, and raises for a check without priority.",
        test="test_strangers.py::test_addresses_of_one_peer_are_bounded",
    ),
    Wrapper(
        ice.Connection,
        "_pair_remote_candidate",
        _pair_remote_candidate,
        why="What answers from an address that the other end named would not come through.",
        test="test_ice.py::test_an_address_that_the_other_end_named_comes_through",
    ),
    Wrapper(
        ice.Connection,
        "check_start",
        _check_start,
        why="It checks again at once, and inside itself, as often as it is told of a conflict.",
        test="test_ice.py::test_role_conflicts_without_end_are_few_checks",
    ),
)
