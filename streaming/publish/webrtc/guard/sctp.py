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
from OpenSSL import SSL

from streaming.publish.webrtc.guard.refusals import refuse
from streaming.publish.webrtc.guard.wrapper import Wrapper
from streaming.tasks import connection_task, stop

logger = logging.getLogger(__name__)

#: A camera opens two streams; a third ends its session.
MAX_STREAMS = 4
#: Packets ahead of the first missing one. The window of 1 MiB is 900 full packets.
MAX_AHEAD = 1024
#: Chunks of one packet. The smallest message of ours takes 32 bytes of the 1,200 of a packet.
MAX_CHUNKS = 40
#: Bytes over the announced window before they are dropped: what may be under way when it closes.
MAX_OVERRUN_BYTES = 65_536
#: What fits into one acknowledgement beside its header: 1,161 bytes, four for each.
MAX_GAPS, MAX_DUPLICATES = 240, 40
#: Requests about streams in one chunk (RFC 6525, 3.1).
MAX_REQUESTS = 2
#: Packets of one session are read for so long before others have their turn.
TURN_S = 0.002
#: What a session's packets may take of the processor in the long run, and beyond that before it
#: ends. 1.2 MB/s take 2 to 3 %, the 8 MB/s that a camera may send a fifth.
SHARE, MAX_DEBT_S = 0.4, 0.5
#: By the processor's clock, which costs ten times as much as the other one, only those are measured
#: that seem to take so much beyond their share, and for so long.
SUSPECT_S, WATCHED_S = 0.1, 10.0
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


class _Debt:
    """What a session took beyond its share."""

    __slots__ = ("_at_s", "_s")

    def __init__(self) -> None:
        self._at_s = self._s = 0.0

    def add(self, cost_s: float, now_s: float) -> float:
        """What it is then, in seconds."""
        self._s = max(0.0, self._s - (now_s - self._at_s) * SHARE) + cost_s
        self._at_s = now_s
        return self._s


class _Work:
    """What one session's packets cost."""

    __slots__ = ("_charged", "_seeming", "_turn_s", "_watched_until_s")

    def __init__(self) -> None:
        self._charged, self._seeming = _Debt(), _Debt()
        self._turn_s = self._watched_until_s = 0.0

    def is_watched(self, now_s: float) -> bool:
        return now_s < self._watched_until_s

    def charge(self, cost_s: float, now_s: float) -> bool:
        """Whether this was too much, by the processor's clock."""
        return self._charged.add(cost_s, now_s) > MAX_DEBT_S

    def ends_turn(self, began_s: float, now_s: float) -> bool:
        """Whether others are to go first now."""
        self._turn_s += now_s - began_s
        if self._turn_s <= TURN_S:
            return False
        # Not charged by this clock: a pause of the process is not the peer's doing.
        if self._seeming.add(self._turn_s, now_s) > SUSPECT_S:
            self._watched_until_s = now_s + WATCHED_S
        self._turn_s = 0.0
        return True


def _handle_data(original: Any) -> Any:
    async def handle_data(transport: Any, data: bytes) -> None:
        _reader.set(transport)
        work = _work_of(transport)
        began_s = time.monotonic()
        is_watched = work.is_watched(began_s)
        started_s = time.thread_time() if is_watched else 0.0
        try:
            await original(transport, data)
        except (AssertionError, ValueError, struct.error, LookupError, AttributeError, TypeError):
            # What the library asserts of a well-behaved peer is not true of this one: its
            # session ends, as a closed connection does.
            refuse(transport, "SCTP out of order")
            logger.debug("A peer breaks the protocol", exc_info=True)
            raise ConnectionError("The peer breaks the protocol.") from None
        if is_watched and work.charge(time.thread_time() - started_s, began_s):
            refuse(transport, "too much work")
            raise ConnectionError("The peer costs too much.")
        if work.ends_turn(began_s, time.monotonic()):
            # The library takes all packets that wait at once.
            await asyncio.sleep(0)

    return handle_data


def _work_of(transport: Any) -> _Work:
    if not hasattr(transport, "guard_work"):
        transport.guard_work = _Work()
    work: _Work = transport.guard_work
    return work


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


def bound_outstanding(transport: Any, max_packets: int) -> None:
    """End the session of a peer that leaves more of ours unacknowledged."""
    transport.guard_max_outstanding = max_packets


def _receive_chunk(original: Any) -> Any:
    async def receive_chunk(transport: Any, chunk: Any) -> None:
        if reason := _excess(transport, chunk):
            refuse(transport, reason)
            return
        if isinstance(chunk, rtcsctptransport.SackChunk):
            if len(transport._sent_queue) > getattr(transport, "guard_max_outstanding", _SERIAL):
                refuse(transport, "messages never acknowledged")
                raise ConnectionError("The peer does not acknowledge what it is sent.")
            chunk.gaps = _outstanding_gaps(transport, chunk)
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
        case rtcsctptransport.ReconfigChunk() if len(chunk.params) > MAX_REQUESTS:
            return "stream requests too many"
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
    if chunk.stream_id not in streams and not _has_room(transport, {chunk.stream_id}):
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


def _has_room(transport: Any, more: set[int]) -> bool:
    """Whether there may be these streams, too."""
    # A channel stays when its stream was reset.
    streams = more.union(transport._inbound_streams, transport._data_channels)
    return len(streams) <= MAX_STREAMS


def _excess_of_acknowledgement(transport: Any, chunk: Any) -> str:
    sent = (transport._local_tsn - 1 - chunk.cumulative_tsn) % _SERIAL
    reached = 0
    for first, last in chunk.gaps:
        # In order, and none twice (RFC 9260, 3.3.4).
        if not reached < first <= last:
            return "acknowledgement out of order"
        reached = last
    return "" if reached <= sent < _HALF else "acknowledgement of what was never sent"


def _outstanding_gaps(transport: Any, chunk: Any) -> list[tuple[int, int]]:
    """The blocks of an acknowledgement without what is no longer waited for, such as messages that
    were given up: the library would go through them one by one."""
    sent = transport._sent_queue
    if not sent:
        return []
    low, high = (_distance(each.tsn, chunk.cumulative_tsn) for each in (sent[0], sent[-1]))
    return [
        (max(first, low), min(last, high))
        for first, last in chunk.gaps
        if first <= high and last >= low
    ]


def _distance(tsn: int, base: int) -> int:
    """From base to tsn; negative if that is older (RFC 1982)."""
    return (tsn - base + _HALF) % _SERIAL - _HALF


def _excess_of_skip(transport: Any, chunk: Any) -> str:
    if transport._last_received_tsn is None:
        return "data before the association"
    skipped = [stream_id for stream_id, _ in chunk.streams]
    if len(skipped) > MAX_STREAMS or not _has_room(transport, set(skipped)):
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
            transport.guard_acknowledging = connection_task("acknowledgement", original(transport))

    return send_sack


def _send_chunk(original: Any) -> Any:
    async def send_chunk(transport: Any, chunk: Any) -> None:
        if isinstance(chunk, rtcsctptransport.SackChunk):
            # What does not fit is said in the next one (RFC 9260, 3.3.4).
            chunk.gaps, chunk.duplicates = chunk.gaps[:MAX_GAPS], chunk.duplicates[:MAX_DUPLICATES]
        # Whoever reads what comes finds that out by itself.
        with contextlib.suppress(ConnectionError, SSL.Error):
            await original(transport, chunk)

    return send_chunk


async def stop_acknowledging(transport: Any) -> None:
    """To be called when nothing comes any more."""
    if (waiting := transport.__dict__.pop("guard_waiting", None)) is not None:
        waiting.cancel()
    await stop(transport.__dict__.pop("guard_acknowledging", None))


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
    Wrapper(
        rtcsctptransport.RTCSctpTransport,
        "_send_chunk",
        _send_chunk,
        why="Of an acknowledgement of more than 1,500 bytes the rest heaps up before what is sent"
        " next; and what timers send fails, unheard, where the connection has gone.",
        test="test_hostile_camera.py::test_what_is_sent_over_a_closed_connection_is_lost",
    ),
)
