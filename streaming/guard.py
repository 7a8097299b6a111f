"""What stands between the network and aiortc and aioice: the only module that knows their insides.

Both libraries trust their peer more than a server may: a malformed or endless input can hang the
event loop or grow without bound, and datagrams of strangers reach a session's queue. Each wrapper
here refuses one class of input, counts it, and hands everything else on. `WRAPPED` names all that
is touched; a test compares it with the versions that were read.
"""

from __future__ import annotations

import logging
import struct
import time
from collections.abc import Callable
from typing import Any

import aioice.ice
import aioice.stun
import aiortc.rtcsctptransport as sctp

from streaming.domain.tally import Tally

logger = logging.getLogger(__name__)

#: What strangers and hostile cameras sent, by class.
refused = Tally()

#: Datagrams waiting for one session. At 10 MB/s they are 250 ms, an age for a live picture.
MAX_QUEUED_DATAGRAMS = 2048
#: Ways to one peer. A browser has its addresses times ours.
MAX_PAIRS = 64
#: A camera opens two streams.
MAX_STREAMS = 16
#: Packets ahead of the first missing one. The window of 1 MiB is 900 full packets.
MAX_AHEAD = 4096
#: Bytes over the announced window before they are dropped: what may be under way when it closes.
MAX_OVERRUN_BYTES = 65_536

_SERIAL = 2**32
_HALF = 2**31
#: First byte of a datagram: below it is STUN, from it on DTLS (RFC 7983).
_STUN_BELOW = 4


def _refuse(reason: str) -> None:
    refused.add(reason)
    if news := refused.news(time.monotonic()):
        counts = ", ".join(f"{count} {reason}" for reason, count in news.items())
        logger.warning("Refused on the way to a peer: %s", counts)


def _datagram_received(original: Any) -> Any:
    def datagram_received(protocol: Any, data: bytes, address: tuple[Any, ...]) -> None:
        if not data:
            _refuse("empty datagram")
        elif data[0] < _STUN_BELOW:
            if _is_stun(data):
                original(protocol, data, address)
            else:
                _refuse("malformed STUN")
        elif not _is_peer(protocol, (address[0], address[1])):
            _refuse("stranger's datagram")
        elif protocol.receiver._queue.qsize() >= MAX_QUEUED_DATAGRAMS:
            _refuse("datagram over the queue")
        else:
            original(protocol, data, address)

    return datagram_received


def _is_stun(data: bytes) -> bool:
    try:
        aioice.stun.parse_message(data)
    except (ValueError, struct.error, IndexError, KeyError):
        return False
    return True


def _is_peer(protocol: Any, address: tuple[str, int]) -> bool:
    """Whether the address has passed a connectivity check, which needs the session's password."""
    return any(pair.remote_addr == address for pair in protocol.receiver._check_list)


def _check_incoming(original: Any) -> Any:
    def check_incoming(
        connection: Any, message: Any, address: tuple[str, int], protocol: Any
    ) -> None:
        known = any(pair.remote_addr == address for pair in connection._check_list)
        if not known and len(connection._check_list) >= MAX_PAIRS:
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
            return original(data)
        except (ValueError, struct.error, IndexError) as error:
            _refuse("malformed SCTP")
            raise ValueError(str(error)) from error

    return parse_packet


def _handle_data(original: Any) -> Any:
    async def handle_data(transport: Any, data: bytes) -> None:
        try:
            await original(transport, data)
        except (AssertionError, ValueError, struct.error, LookupError, AttributeError, TypeError):
            # What the library asserts of a well-behaved peer is not true of this one: its
            # session ends, as a closed connection does.
            _refuse("SCTP out of order")
            raise ConnectionError("The peer breaks the protocol.") from None

    return handle_data


def _receive_data_chunk(original: Any) -> Any:
    async def receive_data_chunk(transport: Any, chunk: Any) -> None:
        if reason := _excess(transport, chunk):
            _refuse(reason)
        else:
            await original(transport, chunk)

    return receive_data_chunk


def _excess(transport: Any, chunk: Any) -> str:
    """Why a well-behaved sender would not have sent this chunk; empty if it would."""
    if transport._last_received_tsn is None:
        return "data before the association"
    streams = transport._inbound_streams
    if chunk.stream_id not in streams and len(streams) >= MAX_STREAMS:
        return "stream too many"
    ahead = (chunk.tsn - transport._last_received_tsn) % _SERIAL
    if MAX_AHEAD <= ahead < _HALF:
        return "packet too far ahead"
    if transport._advertised_rwnd - len(chunk.user_data) < -MAX_OVERRUN_BYTES:
        return "data over the window"
    stream = streams.get(chunk.stream_id)
    if stream is not None and len(stream.reassembly) >= MAX_AHEAD:
        return "endless fragments"
    return ""


def _receive_sack_chunk(original: Any) -> Any:
    async def receive_sack_chunk(transport: Any, chunk: Any) -> None:
        outstanding = len(transport._sent_queue)
        if all(1 <= first <= last <= outstanding for first, last in chunk.gaps):
            await original(transport, chunk)
        else:
            _refuse("acknowledgement of what was never sent")

    return receive_sack_chunk


Wrapper = Callable[[Any], Any]
WRAPPED: tuple[tuple[Any, str, Wrapper], ...] = (
    (aioice.ice.StunProtocol, "datagram_received", _datagram_received),
    (aioice.ice.Connection, "check_incoming", _check_incoming),
    (aioice.ice, "get_host_addresses", _get_host_addresses),
    (sctp, "decode_params", _decode_params),
    (sctp, "parse_packet", _parse_packet),
    (sctp.RTCSctpTransport, "_handle_data", _handle_data),
    (sctp.RTCSctpTransport, "_receive_data_chunk", _receive_data_chunk),
    (sctp.RTCSctpTransport, "_receive_sack_chunk", _receive_sack_chunk),
)


def install() -> None:
    """Put every wrapper in its place, once per process."""
    for owner, name, wrap in WRAPPED:
        original = getattr(owner, name)
        if not hasattr(original, "guarded"):
            wrapper = wrap(original)
            wrapper.guarded = original
            setattr(owner, name, wrapper)
