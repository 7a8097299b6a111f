"""What stands between the network and aiortc and aioice: the only module that knows their insides.

Both libraries trust their peer more than a server may: a malformed or endless input can hang the
event loop or grow without bound, and datagrams of strangers reach a session's queue. Each wrapper
here refuses one class of input, counts it, and hands everything else on; one more gives sockets a
port of a given range, and two do for less what the library does with each packet. `WRAPPED` names
all that is touched; a test compares it with the versions that were read.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import random
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import aioice.candidate
import aioice.ice
import aioice.stun
import aioice.turn
import aiortc.rtcsctptransport as sctp

from streaming.domain.allowance import Allowance
from streaming.domain.tally import Tally

logger = logging.getLogger(__name__)

#: What strangers and hostile cameras sent, by class.
refused = Tally()

#: Datagrams waiting for one session. At 10 MB/s they are 250 ms, an age for a live picture.
MAX_QUEUED_DATAGRAMS = 2048
#: A connectivity check of a browser has about 150; its two user names may have 513.
MAX_STUN_BYTES = 1024
#: Connectivity checks with the session's name, at once and per second. Who keeps to RFC 8445 makes
#: one every 50 ms, and far fewer once connected.
CHECKS_BURST, CHECKS_PER_S = 200, 50
#: Addresses of one peer, each of which may be checked from each of ours.
MAX_ADDRESSES = 64
#: A camera opens two streams; a third ends its session.
MAX_STREAMS = 4
#: Packets ahead of the first missing one. The window of 1 MiB is 900 full packets.
MAX_AHEAD = 1024
#: Chunks of one packet. The smallest message of ours takes 32 bytes of the 1,200 of a packet.
MAX_CHUNKS = 40
#: Bytes over the announced window before they are dropped: what may be under way when it closes.
MAX_OVERRUN_BYTES = 65_536
#: What a packet may take of the processor, and a session beyond that before it ends. A frame of
#: 256 KiB takes 0.1 ms a packet, disorder made on purpose a hundred times as much.
FAIR_S = 0.002
MAX_DEBT_S = 0.5
#: It is measured for so long after a packet took its time: 30 cameras' packets come 30,000 times a
#: second, and the processor's clock costs ten times as much as the other one.
WATCHED_S = 10.0
#: An acknowledgement waits so long for a second packet, of the 200 ms that RFC 9260 allows: a
#: sender that has just lost much has one packet under way at a time.
ACKNOWLEDGE_WITHIN_S = 0.02
#: As long as the library itself waits for a STUN server.
STUN_TIMEOUT_S = 5.0

_SERIAL = 2**32
_HALF = 2**31
#: First byte of a datagram (RFC 7983).
_STUN = range(4)
_DTLS = range(20, 64)
#: The record of DTLS that carries SCTP: its type, and where its length and its content begin.
_APPLICATION_DATA = 23
_LENGTH, _CONTENT = 11, 13


def _refuse(reason: str) -> None:
    refused.add(reason)
    if news := refused.news(time.monotonic()):
        counts = ", ".join(f"{count} {reason}" for reason, count in news.items())
        logger.warning("Refused on the way to a peer: %s", counts)


def _datagram_received(original: Any) -> Any:
    def datagram_received(protocol: Any, data: bytes, address: tuple[Any, ...]) -> None:
        if not data:
            _refuse("empty datagram")
        elif data[0] in _STUN:
            if len(data) <= MAX_STUN_BYTES and _is_stun(data):
                original(protocol, data, address)
            else:
                _refuse("malformed STUN")
        elif not _is_peer(protocol, (address[0], address[1])):
            _refuse("stranger's datagram")
        elif protocol.receiver._queue.qsize() >= MAX_QUEUED_DATAGRAMS:
            _refuse("datagram over the queue")
        elif data[0] not in _DTLS or _has_more_records(data):
            _refuse("malformed DTLS")
        else:
            # The original would first try to read it as STUN, for the price of an exception.
            protocol.receiver.data_received(data, protocol.local_candidate.component)

    return datagram_received


def _is_stun(data: bytes) -> bool:
    try:
        aioice.stun.parse_message(data)
    except (ValueError, struct.error, IndexError, KeyError):
        return False
    return True


def _is_peer(protocol: Any, address: tuple[str, int]) -> bool:
    """Whether the address has passed a connectivity check, which needs the session's password."""
    # Once per datagram: a loop costs half of what any() does.
    for pair in protocol.receiver._check_list:  # noqa: SIM110
        if pair.remote_addr == address:
            return True
    return False


def _has_more_records(data: bytes) -> bool:
    """Whether there is more than one record, and one of them carries SCTP.

    Nobody sends them so. The library reads one a datagram, and the others would heap up.
    """
    start, end = 0, _end_of_record(data, 0)
    if end == len(data):
        return False
    while start < len(data) and data[start] != _APPLICATION_DATA:
        start, end = end, _end_of_record(data, end)
    return start < len(data)


def _end_of_record(data: bytes, start: int) -> int:
    length = int.from_bytes(data[start + _LENGTH : start + _CONTENT], "big")
    return start + _CONTENT + length


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
                _refuse("check too many")
                return
        original(connection, message, address, protocol)

    return request_received


def _respond_error(original: Any) -> Any:
    def respond_error(
        connection: Any, request: Any, address: Any, protocol: Any, error: tuple[int, str]
    ) -> None:
        if error[0] in (400, 401):
            # An answer is longer than the question, and would go wherever a stranger says.
            _refuse("STUN without the password")
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
            _refuse("address too many")
        elif "PRIORITY" not in message.attributes:
            _refuse("check without priority")
        else:
            original(connection, message, address, protocol)

    return check_incoming


def _get_host_addresses(original: Any) -> Any:
    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        # A machine without a network: the browser on it has no other way either.
        return original(use_ipv4, use_ipv6) or ["127.0.0.1"]

    return get_host_addresses


class NoFreePort(OSError):
    """Every UDP port of the range is taken."""


def use_ports(connection: Any, ports: range) -> None:
    """Give the sockets of a connection one of these ports; called before its answer is made."""
    connection.sctp.transport.transport._connection.guard_ports = ports


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
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, aioice.turn.UDP_SOCKET_BUFFER_SIZE)
    _, protocol = await loop.create_datagram_endpoint(
        lambda: aioice.ice.StunProtocol(connection), sock=bound
    )
    return protocol


def _host_candidate(protocol: Any, component: int) -> Any:
    host, port = protocol.transport.get_extra_info("sockname")[:2]
    return aioice.candidate.Candidate(
        foundation=aioice.candidate.candidate_foundation("host", "udp", host),
        component=component,
        transport="udp",
        priority=aioice.candidate.candidate_priority(component, "host"),
        host=host,
        port=port,
        type="host",
    )


async def _reflexive_candidates(connection: Any, protocols: list[Any]) -> list[Any]:
    """How a STUN server sees the sockets, as far as there is one and it answers."""
    asked = [
        asyncio.wait_for(
            aioice.ice.server_reflexive_candidate(protocol, connection.stun_server),
            STUN_TIMEOUT_S,
        )
        for protocol in protocols
        if connection.stun_server and "." in protocol.local_candidate.host
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return [answer[0] for answer in answers if isinstance(answer, tuple)]


def _decode_params(original: Any) -> Any:
    def decode_params(body: bytes) -> Any:
        position = 0
        while position <= len(body) - 4:
            length = int.from_bytes(body[position + 2 : position + 4], "big")
            if length < 4:
                raise ValueError("SCTP parameter shorter than its header")
            position += (length + 3) & ~3
        return original(body)

    return decode_params


def _parse_packet(original: Any) -> Any:
    def parse_packet(data: bytes) -> Any:
        try:
            packet = original(data)
        except (ValueError, struct.error, IndexError) as error:
            _refuse("malformed SCTP")
            raise ValueError(str(error)) from error
        chunks = packet[-1]
        if len(chunks) > MAX_CHUNKS:
            # As if the others were lost: who means well sends them again.
            _refuse("chunks too many")
            del chunks[MAX_CHUNKS:]
        return packet

    return parse_packet


def _handle_data(original: Any) -> Any:
    async def handle_data(transport: Any, data: bytes) -> None:
        began_s = time.monotonic()
        is_watched = began_s < getattr(transport, "guard_watched_s", 0.0)
        started_s = time.thread_time() if is_watched else 0.0
        try:
            await original(transport, data)
        except (AssertionError, ValueError, struct.error, LookupError, AttributeError, TypeError):
            # What the library asserts of a well-behaved peer is not true of this one: its
            # session ends, as a closed connection does.
            _refuse("SCTP out of order")
            logger.debug("A peer breaks the protocol", exc_info=True)
            raise ConnectionError("The peer breaks the protocol.") from None
        if is_watched:
            _charge(transport, time.thread_time() - started_s)
        if time.monotonic() - began_s > FAIR_S:
            # Not charged by this clock: a pause of the process is not the peer's doing.
            transport.guard_watched_s = began_s + WATCHED_S
            # The library takes all packets that wait at once, and these are dear.
            await asyncio.sleep(0)

    return handle_data


def _charge(transport: Any, cost_s: float) -> None:
    debt_s = max(0.0, getattr(transport, "guard_debt_s", 0.0) + cost_s - FAIR_S)
    transport.guard_debt_s = debt_s
    if debt_s > MAX_DEBT_S:
        _refuse("too much work")
        raise ConnectionError("The peer costs too much.")


def _mark_received(original: Any) -> Any:
    def mark_received(transport: Any, tsn: int) -> bool:
        # The next one while none is missing, as nearly all are: the original makes its lists
        # and sets anew with each.
        is_next = tsn == (transport._last_received_tsn + 1) % _SERIAL
        if is_next and not transport._sack_misordered and not transport._sack_duplicates:
            transport._last_received_tsn = tsn
            return False
        is_double: bool = original(transport, tsn)
        return is_double

    return mark_received


def _receive_chunk(original: Any) -> Any:
    async def receive_chunk(transport: Any, chunk: Any) -> None:
        if reason := _excess(transport, chunk):
            _refuse(reason)
        else:
            await original(transport, chunk)

    return receive_chunk


def _excess(transport: Any, chunk: Any) -> str:
    """Why a well-behaved sender would not have sent this chunk; empty if it would."""
    match chunk:
        case sctp.DataChunk():
            return _excess_of_data(transport, chunk)
        case sctp.SackChunk():
            return _excess_of_acknowledgement(transport, chunk)
        case sctp.ForwardTsnChunk():
            return _excess_of_skip(transport, chunk)
        case sctp.InitChunk() if transport._association_state is transport.State.ESTABLISHED:
            return "association again"
    return ""


def _excess_of_data(transport: Any, chunk: Any) -> str:
    if transport._last_received_tsn is None:
        return "data before the association"
    if not chunk.user_data:
        return "data without bytes"
    streams = transport._inbound_streams
    if chunk.stream_id not in streams and len(streams) >= MAX_STREAMS:
        return "stream too many"
    ahead = (chunk.tsn - transport._last_received_tsn) % _SERIAL
    # Disorder outgrows the bound where it was received before the association began anew.
    if MAX_AHEAD <= ahead < _HALF or len(transport._sack_misordered) >= MAX_AHEAD:
        return "packet too far ahead"
    if transport._advertised_rwnd - len(chunk.user_data) < -MAX_OVERRUN_BYTES:
        return "data over the window"
    stream = streams.get(chunk.stream_id)
    if stream is not None and len(stream.reassembly) >= MAX_AHEAD:
        return "endless fragments"
    return ""


def _excess_of_acknowledgement(transport: Any, chunk: Any) -> str:
    sent = (transport._local_tsn - 1 - chunk.cumulative_tsn) % _SERIAL
    if sent < _HALF and all(1 <= first <= last <= sent for first, last in chunk.gaps):
        return ""
    return "acknowledgement of what was never sent"


def _excess_of_skip(transport: Any, chunk: Any) -> str:
    if transport._last_received_tsn is None:
        return "data before the association"
    skipped = [stream_id for stream_id, _ in chunk.streams]
    if len(skipped) > MAX_STREAMS or len({*skipped, *transport._inbound_streams}) > MAX_STREAMS:
        return "stream too many"
    return ""


def _send_sack(original: Any) -> Any:
    async def send_sack(transport: Any) -> None:
        # RFC 9260, 6.2: every second packet is acknowledged, and at once what is out of order. The
        # library does so with each.
        waiting = transport.__dict__.pop("guard_waiting", None)
        if waiting is not None:
            waiting.cancel()
        elif not transport._sack_misordered and not transport._sack_duplicates:
            transport._sack_needed = False
            transport.guard_waiting = asyncio.get_running_loop().call_later(
                ACKNOWLEDGE_WITHIN_S, acknowledge, transport
            )
            return
        await original(transport)

    def acknowledge(transport: Any) -> None:
        del transport.guard_waiting
        transport.guard_acknowledging = asyncio.ensure_future(finish(transport))

    async def finish(transport: Any) -> None:
        # The connection may have been closed meanwhile.
        with contextlib.suppress(ConnectionError):
            await original(transport)

    return send_sack


Wrapper = Callable[[Any], Any]
WRAPPED: tuple[tuple[Any, str, Wrapper], ...] = (
    (aioice.ice.StunProtocol, "datagram_received", _datagram_received),
    (aioice.ice.Connection, "request_received", _request_received),
    (aioice.ice.Connection, "respond_error", _respond_error),
    (aioice.ice.Connection, "check_incoming", _check_incoming),
    (aioice.ice.Connection, "get_component_candidates", _get_component_candidates),
    (aioice.ice, "get_host_addresses", _get_host_addresses),
    (sctp, "decode_params", _decode_params),
    (sctp, "parse_packet", _parse_packet),
    (sctp.RTCSctpTransport, "_handle_data", _handle_data),
    (sctp.RTCSctpTransport, "_mark_received", _mark_received),
    (sctp.RTCSctpTransport, "_receive_chunk", _receive_chunk),
    (sctp.RTCSctpTransport, "_send_sack", _send_sack),
)


def install() -> None:
    """Put every wrapper in its place, once per process."""
    for owner, name, wrap in WRAPPED:
        original = getattr(owner, name)
        if not hasattr(original, "guarded"):
            wrapper = wrap(original)
            wrapper.guarded = original
            setattr(owner, name, wrapper)
