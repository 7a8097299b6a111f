"""ICE and STUN (RFC 8445, RFC 8489): whose datagrams reach a session at all."""

from __future__ import annotations

import struct
import time
from typing import Any

from aioice import ice, stun

from streaming.domain.allowance import Allowance
from streaming.publish.webrtc.guard import dtls
from streaming.publish.webrtc.guard.refusals import refuse
from streaming.publish.webrtc.guard.wrapper import Wrapper

#: Datagrams waiting for one session. At 10 MB/s they are 250 ms, an age for a live picture.
MAX_QUEUED_DATAGRAMS = 2048
#: A connectivity check of a browser has about 150; its two user names may have 513.
MAX_STUN_BYTES = 1024
#: Connectivity checks with the session's name, at once and per second. Who keeps to RFC 8445 makes
#: one every 50 ms, and far fewer once connected.
CHECKS_BURST, CHECKS_PER_S = 200, 50
#: Addresses of one peer, each of which may be checked from each of ours.
MAX_ADDRESSES = 64

#: First byte of a datagram with STUN (RFC 7983).
_STUN = range(4)


def _datagram_received(original: Any) -> Any:
    def datagram_received(protocol: Any, data: bytes, address: tuple[Any, ...]) -> None:
        connection = protocol.receiver
        if not data:
            refuse(connection, "empty datagram")
        elif data[0] in _STUN:
            if len(data) <= MAX_STUN_BYTES and _is_stun(data):
                original(protocol, data, address)
            else:
                refuse(connection, "malformed STUN")
        elif not _is_peer(connection, (address[0], address[1])):
            refuse(connection, "stranger's datagram")
        elif connection._queue.qsize() >= MAX_QUEUED_DATAGRAMS:
            refuse(connection, "datagram over the queue")
        elif not dtls.is_well_formed(data):
            refuse(connection, "malformed DTLS")
        else:
            # The original would first try to read it as STUN, for the price of an exception.
            connection.data_received(data, protocol.local_candidate.component)

    return datagram_received


def _is_stun(data: bytes) -> bool:
    try:
        stun.parse_message(data)
    except (ValueError, struct.error, IndexError, KeyError):
        return False
    return True


def _is_peer(connection: Any, address: tuple[str, int]) -> bool:
    """Whether the address has passed a connectivity check, which needs the session's password."""
    # Once per datagram: a loop costs half of what any() does.
    for pair in connection._check_list:  # noqa: SIM110
        if pair.remote_addr == address:
            return True
    return False


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
            original(connection, message, address, protocol)

    return check_incoming


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
)
