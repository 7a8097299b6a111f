"""SCTP (RFC 9260, RFC 8832): what a camera that was let in may send, and what that may cost."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
import time
from contextvars import ContextVar
from typing import Any

from aiortc import rtcsctptransport

from streaming.publish.webrtc.guard.refusals import refuse
from streaming.publish.webrtc.guard.wrapper import Wrapper

logger = logging.getLogger(__name__)

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

_SERIAL = 2**32
_HALF = 2**31

#: Whose packet is read: the library's reader is a function that knows of no connection.
_reader: ContextVar[Any] = ContextVar("reader", default=None)


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
            refuse(_reader.get(), "malformed SCTP")
            raise ValueError(str(error)) from error
        chunks = packet[-1]
        if len(chunks) > MAX_CHUNKS:
            # As if the others were lost: who means well sends them again.
            refuse(_reader.get(), "chunks too many")
            del chunks[MAX_CHUNKS:]
        return packet

    return parse_packet


def _handle_data(original: Any) -> Any:
    async def handle_data(transport: Any, data: bytes) -> None:
        _reader.set(transport)
        began_s = time.monotonic()
        is_watched = began_s < getattr(transport, "guard_watched_s", 0.0)
        started_s = time.thread_time() if is_watched else 0.0
        try:
            await original(transport, data)
        except (AssertionError, ValueError, struct.error, LookupError, AttributeError, TypeError):
            # What the library asserts of a well-behaved peer is not true of this one: its
            # session ends, as a closed connection does.
            refuse(transport, "SCTP out of order")
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
        refuse(transport, "too much work")
        raise ConnectionError("The peer costs too much.")


def _mark_received(original: Any) -> Any:
    def mark_received(transport: Any, tsn: int) -> bool:
        # The next one while none is missing, as nearly all are.
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
            refuse(transport, reason)
        else:
            await original(transport, chunk)

    return receive_chunk


def _excess(transport: Any, chunk: Any) -> str:
    """Why a well-behaved sender would not have sent this chunk; empty if it would."""
    match chunk:
        case rtcsctptransport.DataChunk():
            return _excess_of_data(transport, chunk)
        case rtcsctptransport.SackChunk():
            return _excess_of_acknowledgement(transport, chunk)
        case rtcsctptransport.ForwardTsnChunk():
            return _excess_of_skip(transport, chunk)
        case rtcsctptransport.InitChunk() if (
            transport._association_state is transport.State.ESTABLISHED
        ):
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
        # RFC 9260, 6.2: every second packet is acknowledged, and at once what is out of order.
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
        if transport._association_state is not transport.State.CLOSED:
            transport.guard_acknowledging = asyncio.create_task(
                finish(transport), name="acknowledgement"
            )

    async def finish(transport: Any) -> None:
        # What it goes over may be closed already.
        with contextlib.suppress(ConnectionError):
            await original(transport)

    return send_sack


WRAPPED = (
    Wrapper(
        rtcsctptransport,
        "decode_params",
        _decode_params,
        why="A parameter of length 0 makes it loop for ever.",
        test="test_sctp.py::test_a_parameter_shorter_than_its_header_is_refused",
    ),
    Wrapper(
        rtcsctptransport,
        "parse_packet",
        _parse_packet,
        why="It raises more than the ValueError that its caller expects, and reads any number.",
        test="test_hostile_camera.py::test_a_packet_of_very_many_chunks_is_read_in_part",
    ),
    Wrapper(
        rtcsctptransport.RTCSctpTransport,
        "_handle_data",
        _handle_data,
        why="What it asserts of a peer ends its task with the session still open; and a peer may"
        " cost it any time.",
        test="test_hostile_camera.py::test_bad_channel_messages_end_the_session",
    ),
    Wrapper(
        rtcsctptransport.RTCSctpTransport,
        "_mark_received",
        _mark_received,
        why="It makes its lists and sets anew with each packet, though nearly all come in order.",
        test="test_hostile_camera.py::test_packets_in_order_make_no_lists_anew",
    ),
    Wrapper(
        rtcsctptransport.RTCSctpTransport,
        "_receive_chunk",
        _receive_chunk,
        why="It keeps streams, fragments and disorder without bound, and believes any number.",
        test="test_hostile_camera.py::test_endless_fragments_are_refused",
    ),
    Wrapper(
        rtcsctptransport.RTCSctpTransport,
        "_send_sack",
        _send_sack,
        why="It acknowledges each packet, which takes 12 % of an ingest process.",
        test="test_acknowledgements.py::test_every_second_packet_is_acknowledged",
    ),
)
