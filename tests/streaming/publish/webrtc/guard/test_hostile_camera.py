"""A camera that was let in and then breaks every rule of the protocols below its frames."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from struct import pack
from types import SimpleNamespace

import pytest
from aiortc import rtcsctptransport as sctp
from aiortc.rtcdtlstransport import State
from OpenSSL import SSL

from streaming.publish.webrtc.guard import ice
from streaming.publish.webrtc.guard import sctp as guard
from streaming.publish.webrtc.guard.refusals import count_in
from streaming.publish.webrtc.peer import MAX_OUTSTANDING
from tests.streaming.publish.webrtc.guard.attacker import (
    CONTROL_PROTOCOL,
    FIRST,
    UNORDERED,
    Attacker,
)
from tests.streaming.publish.webrtc.session import connected

pytestmark = [pytest.mark.timeout(120), pytest.mark.usefixtures("bystander", "responsive_loop")]

OPEN = bytes([3, 0]) + bytes(6)


def skip(cumulative_tsn, *streams):
    chunk = sctp.ForwardTsnChunk()
    chunk.cumulative_tsn = cumulative_tsn % 2**32
    chunk.streams = list(streams)
    return chunk


def acknowledgement(cumulative_tsn, *gaps):
    chunk = sctp.SackChunk()
    chunk.cumulative_tsn = cumulative_tsn % 2**32
    chunk.advertised_rwnd = 100_000
    chunk.gaps = list(gaps)
    return chunk


def raw(kind, body, flags=0, length=None):
    length = 4 + len(body) if length is None else length
    return pack("!BBH", kind, flags, length) + body + bytes(-len(body) % 4)


async def test_a_parameter_of_no_length_does_not_hold_the_loop(attacker):
    await attacker.send(raw(4, bytes.fromhex("00010000")))
    await attacker.is_refused("malformed SCTP")
    assert await attacker.is_served()


@pytest.mark.parametrize(
    "chunk",
    [
        raw(0, b"short"),
        raw(0, b"", length=3),
        raw(0, b"", length=5000),
        raw(1, bytes(5)),
        raw(2, bytes(15)),
        raw(3, bytes(11)),
        raw(3, bytes(8) + b"\xff\xff\x00\x00"),
        raw(3, bytes(8) + b"\x00\x00\xff\xff"),
        raw(7, b"abc"),
        raw(192, b"abc"),
        raw(192, bytes(6)),
        raw(130, bytes.fromhex("000d0003")),
    ],
)
async def test_malformed_chunks_are_refused(attacker, chunk):
    await attacker.send(chunk)
    await attacker.is_refused("malformed SCTP")
    assert await attacker.is_served()


@pytest.mark.parametrize("text", [b"", b"x" * 15, bytes(16), b"\xff" * 1000])
async def test_what_is_no_packet_is_refused(attacker, text):
    await attacker.session.camera.sctp.transport._send_data(text or b"\0")
    await attacker.is_refused("malformed SCTP")
    assert await attacker.is_served()


async def test_huge_gap_lists_are_refused(attacker):
    sent = attacker.server.sctp._local_tsn - 1
    await attacker.send(acknowledgement(sent, *[(1, 65535)] * 280))
    await attacker.is_refused("acknowledgement out of order")
    await attacker.send(acknowledgement(sent, (1, 65535)))
    await attacker.is_refused("acknowledgement of what was never sent")
    assert await attacker.is_served()


@pytest.mark.parametrize("gaps", [[(2, 3), (3, 4)], [(5, 6), (2, 3)], [(3, 2)], [(0, 1)]])
async def test_gaps_out_of_order_are_refused(attacker, gaps):
    gave_up(attacker, 10)
    sent = attacker.server.sctp._last_sacked_tsn
    await attacker.send(acknowledgement(sent, *gaps))
    await attacker.is_refused("acknowledgement out of order")
    assert await attacker.is_served()


def gave_up(attacker, messages):
    """As if so many messages had gone unacknowledged until they were given up."""
    server = attacker.server.sctp
    server._local_tsn = (server._local_tsn + messages) % 2**32
    server._advanced_peer_ack_tsn = (server._local_tsn - 1) % 2**32


async def test_acknowledging_what_was_given_up_costs_nothing(attacker):
    gave_up(attacker, 60_000)
    sent = attacker.server.sctp._last_sacked_tsn
    chunk = acknowledgement(sent, *((first, first + 200) for first in range(2, 59_000, 210)))
    await attacker.send(chunk)
    assert not attacker.refusals.total
    assert await attacker.is_served()


def test_of_an_acknowledgement_what_is_outstanding_counts():
    sent = [SimpleNamespace(tsn=(2**32 - 2 + ahead) % 2**32) for ahead in range(5)]
    server = SimpleNamespace(_sent_queue=sent)
    for gaps, expected in [
        ([(1, 60_000)], [(2, 6)]),
        ([(1, 1), (3, 4), (6, 9), (11, 12)], [(3, 4), (6, 6)]),
        ([(1, 1), (7, 8)], []),
    ]:
        chunk = acknowledgement(2**32 - 4, *gaps)
        assert guard._outstanding_gaps(server, chunk) == expected
    # All of them are acknowledged already.
    assert guard._outstanding_gaps(server, acknowledgement(100, (1, 60_000))) == []


async def test_a_camera_that_never_acknowledges_the_first_message_ends_its_session(attacker):
    server = attacker.server.sctp
    before = server._last_sacked_tsn
    attacker.session.camera.sctp._receive_chunk = deaf
    for said in range(1, 2 * MAX_OUTSTANDING):
        attacker.server.peer.send_control("hello")
        await asyncio.sleep(0)
        await attacker.post(acknowledgement(before, *([(2, said)] if said > 1 else [])))
        if attacker.server.closed.is_set():
            break
    await attacker.is_refused("messages never acknowledged")
    await attacker.is_ended()
    assert len(server._sent_queue) <= MAX_OUTSTANDING + 5


@pytest.mark.parametrize("state", [State.CONNECTED, State.CLOSED])
async def test_what_is_sent_over_a_closed_connection_is_lost(attacker, state):
    # The fixtures look for what nobody caught.
    await attacker.server.sctp.transport.stop()
    attacker.server.sctp.transport._set_state(state)
    attacker.server.peer.send_control("hello")
    await asyncio.sleep(0.01)


async def deaf(_):
    """Hears nothing of what it is sent."""


async def test_packets_that_were_never_sent_cannot_be_acknowledged(attacker):
    await attacker.send(acknowledgement(attacker.server.sctp._local_tsn + 1000))
    await attacker.is_refused("acknowledgement of what was never sent")
    attacker.server.peer.send_control("hello")
    assert await attacker.session.camera.heard.get() == "hello"


async def test_endless_fragments_are_refused(attacker):
    for first in range(0, guard.MAX_AHEAD + 1, 20):
        flags = [
            FIRST | UNORDERED if ahead == 0 else UNORDERED for ahead in range(first, first + 20)
        ]
        await attacker.send(*(attacker.data(first + i, flag) for i, flag in enumerate(flags)))
    await attacker.is_refused("endless fragments")
    assert len(attacker.server.sctp._inbound_streams[1].reassembly) == guard.MAX_AHEAD


async def test_no_more_than_the_window_is_held(attacker):
    packets = (1_048_576 + guard.MAX_OVERRUN_BYTES) // 1100
    for ahead in range(packets + 2):
        await attacker.send(attacker.data(ahead, FIRST | UNORDERED, ahead % 2, bytes(1100)))
    await attacker.is_refused("data over the window")


@pytest.mark.parametrize("ahead", [guard.MAX_AHEAD, 2**20, 2**31 - 2])
async def test_packets_far_ahead_are_refused(attacker, ahead):
    await attacker.send(attacker.data(ahead))
    await attacker.is_refused("packet too far ahead")
    assert not attacker.server.sctp._sack_misordered
    assert await attacker.is_served()


async def test_disorder_is_bounded_also_where_an_association_began_anew(attacker):
    fresh = sctp.RTCSctpTransport(attacker.server.sctp.transport)
    count_in(attacker.refusals, fresh)
    fresh._last_received_tsn = attacker.next_tsn - 1
    fresh._sack_misordered = {attacker.next_tsn + 2 * ahead for ahead in range(guard.MAX_AHEAD)}
    await fresh._receive_chunk(attacker.data(1))
    await attacker.is_refused("packet too far ahead")
    assert len(fresh._sack_misordered) == guard.MAX_AHEAD


async def test_an_acknowledgement_of_much_disorder_fits_into_a_packet(attacker):
    server = attacker.server.sctp
    for first in range(1, guard.MAX_AHEAD - 80, 80):
        await attacker.send(*(attacker.data(first + ahead) for ahead in range(0, 80, 2)))
    await attacker.send(*(attacker.data(ahead) for ahead in range(1, 81, 2)))
    # Nothing is left that did not go out with its packet.
    with pytest.raises(SSL.WantReadError):
        server.transport._ssl.bio_read(1500)
    assert await attacker.is_served()


async def test_too_many_streams_are_refused(attacker):
    for stream in range(100, 100 + guard.MAX_STREAMS):
        await attacker.send(attacker.data(50 + stream, stream=stream))
    await attacker.is_refused("stream too many")
    assert len(attacker.server.sctp._inbound_streams) == guard.MAX_STREAMS
    assert await attacker.is_served()


async def test_too_many_streams_cannot_be_skipped(attacker):
    await attacker.send(skip(attacker.next_tsn, *((stream, 0) for stream in range(280))))
    await attacker.send(skip(attacker.next_tsn, *[(1, 0)] * 280))
    await attacker.is_refused("stream too many", 2)
    assert len(attacker.server.sctp._inbound_streams) <= guard.MAX_STREAMS
    assert await attacker.is_served()


@pytest.mark.parametrize("chunk", [sctp.DataChunk(), sctp.ForwardTsnChunk()])
async def test_data_before_the_association_is_refused(attacker, chunk):
    fresh = sctp.RTCSctpTransport(attacker.server.sctp.transport)
    count_in(attacker.refusals, fresh)
    await fresh._receive_chunk(chunk)
    await attacker.is_refused("data before the association")
    assert fresh._inbound_streams == {}


async def test_channels_whose_streams_were_reset_are_bounded(attacker):
    server = attacker.server.sctp
    attacker.session.camera.sctp._receive_chunk = deaf
    for stream in range(100, 110):
        message = OPEN + bytes(4)
        await attacker.send(
            attacker.data(stream - 100, stream=stream, user_data=message, protocol=CONTROL_PROTOCOL)
        )
        server._inbound_streams.pop(stream, None)
    await attacker.is_refused("stream too many")
    assert len(server._data_channels) <= guard.MAX_STREAMS


def reset(attacker, *streams, times=1):
    request = sctp.StreamResetOutgoingParam(
        request_sequence=(attacker.next_tsn * 7) % 2**32,
        response_sequence=0,
        last_tsn=(attacker.next_tsn - 1) % 2**32,
        streams=list(streams),
    )
    chunk = sctp.ReconfigChunk()
    chunk.params = [(13, bytes(request))] * times
    return chunk


async def test_many_requests_about_streams_are_refused(attacker):
    await attacker.send(reset(attacker, 77, times=guard.MAX_REQUESTS + 1))
    await attacker.is_refused("stream requests too many")
    assert await attacker.is_served()


async def test_data_without_bytes_is_refused(attacker):
    await attacker.send(attacker.data(3, user_data=b""))
    await attacker.is_refused("data without bytes")
    assert await attacker.is_served()


async def test_a_packet_of_very_many_chunks_is_read_in_part(attacker):
    await attacker.send(*(attacker.data(ahead) for ahead in range(guard.MAX_CHUNKS + 20)))
    await attacker.is_refused("chunks too many")
    expected = attacker.next_tsn + guard.MAX_CHUNKS - 1
    assert attacker.server.sctp._last_received_tsn == expected % 2**32


async def test_an_association_does_not_begin_again(attacker):
    chunk = sctp.InitChunk()
    chunk.initial_tsn = (attacker.next_tsn + 2**30) % 2**32
    await attacker.send(chunk, tag=0)
    await attacker.is_refused("association again")
    assert await attacker.is_served()


@pytest.mark.parametrize(
    "message",
    [
        OPEN + bytes(4),
        OPEN + bytes.fromhex("00020000") + b"\xff\xfe",
        bytes([2]),
    ],
    ids=["an open channel", "a label that is no text", "nothing"],
)
async def test_bad_channel_messages_end_the_session(attacker, message):
    stream = 77 if message[0] == 2 or b"\xff" in message else attacker.session.camera.frames.id
    await attacker.send(attacker.data(stream=stream, user_data=message, protocol=CONTROL_PROTOCOL))
    await attacker.is_refused("SCTP out of order")
    await attacker.is_ended()


async def test_text_that_is_none_ends_the_session(attacker):
    stream = attacker.session.camera.control.id
    await attacker.send(attacker.data(stream=stream, user_data=b"\xff", protocol=51))
    await attacker.is_ended()


async def test_many_records_in_one_datagram_are_refused(attacker):
    transport = attacker.session.camera.sctp.transport
    records = []
    for _ in range(3):
        transport._ssl.send(b"record")
        records.append(transport._ssl.bio_read(1500))
    await transport.transport._send(b"".join(records))
    await attacker.is_refused("malformed DTLS")
    assert await attacker.is_served()


@pytest.mark.parametrize("first", [4, 19, 64, 128, 191, 255])
async def test_what_is_neither_stun_nor_dtls_is_refused(attacker, first):
    await attacker.session.camera.sctp.transport.transport._send(bytes([first]) * 200)
    await attacker.is_refused("malformed DTLS")
    assert await attacker.is_served()


async def test_datagrams_that_nobody_reads_do_not_heap_up(attacker):
    [pair] = attacker.server.ice._nominated.values()
    record = bytes.fromhex("17fefd0001000000000000") + pack("!H", 100) + bytes(100)
    for _ in range(ice.MAX_QUEUED_DATAGRAMS + 5):
        pair.protocol.datagram_received(record, pair.remote_addr)
    assert attacker.refusals.total["datagram over the queue"] == 5
    assert await attacker.is_served()


async def test_a_session_that_costs_too_much_ends(attacker, monkeypatch):
    monkeypatch.setattr(guard, "TURN_S", 0.0)
    monkeypatch.setattr(guard, "SUSPECT_S", 0.0)
    monkeypatch.setattr(guard, "MAX_DEBT_S", 0.0)
    # The first one draws attention to it, unless what was still under way has done so.
    await attacker.post(attacker.data())
    await attacker.post(attacker.data(1))
    await attacker.is_refused("too much work")
    await attacker.is_ended()


def test_work_is_charged_beyond_a_share():
    work = guard._Work()
    # Every hundredth of a second.
    fair_s = guard.SHARE / 100
    assert not any(work.charge(fair_s, turn / 100) for turn in range(1000))
    charged = [work.charge(1.5 * fair_s, 10 + turn / 100) for turn in range(300)]
    assert charged.index(True) == pytest.approx(guard.MAX_DEBT_S / (0.5 * fair_s), abs=5)


def test_who_seems_to_take_too_much_is_measured_for_a_while():
    work = guard._Work()
    for turn in range(1000):
        work.ends_turn(turn / 100, turn / 100 + guard.SHARE / 110)
        assert not work.is_watched(turn / 100)
    work.ends_turn(10.0, 10.0 + 2 * guard.SUSPECT_S)
    assert work.is_watched(10.0 + guard.WATCHED_S)
    assert not work.is_watched(11.0 + guard.WATCHED_S)


async def test_a_pause_of_the_process_is_not_what_a_session_costs(attacker, monkeypatch):
    # Less than what the loop is watched for, more than any packet costs.
    pause_s = 0.05
    monkeypatch.setattr(guard, "SUSPECT_S", pause_s / 2)
    monkeypatch.setattr(guard, "MAX_DEBT_S", pause_s / 2)

    async def pause(chunk):
        time.sleep(pause_s)  # noqa: ASYNC251

    monkeypatch.setattr(attacker.server.sctp, "_receive_chunk", pause)
    # Neither the first one, nor where the session has drawn attention to itself by that.
    for ahead in range(2):
        await attacker.server.sctp._handle_data(attacker.packet(attacker.data(ahead)))
    assert not attacker.refusals.total


@pytest.mark.parametrize(("turn_s", "first"), [(0.0, "others"), (60.0, "packet")])
async def test_packets_that_cost_much_let_others_go_first(attacker, monkeypatch, turn_s, first):
    monkeypatch.setattr(guard, "TURN_S", turn_s)
    order: list[str] = []
    asyncio.get_running_loop().call_soon(order.append, "others")
    await attacker.server.sctp._handle_data(attacker.packet(attacker.data()))
    order.append("packet")
    assert order[0] == first


async def test_packets_that_wait_hold_nobody_up_together(attacker, monkeypatch):
    async def work(chunk):
        ends_s = time.thread_time() + guard.TURN_S / 4
        while time.thread_time() < ends_s:
            pass

    monkeypatch.setattr(attacker.server.sctp, "_receive_chunk", work)
    turns = itertools.count()

    async def take_turns():
        while True:
            next(turns)
            await asyncio.sleep(0)

    others = asyncio.create_task(take_turns())
    for ahead in range(40):
        await attacker.server.sctp._handle_data(attacker.packet(attacker.data(ahead)))
    others.cancel()
    assert next(turns) > 7


async def test_packets_in_order_make_no_lists_anew(attacker):
    misordered = attacker.server.sctp._sack_misordered
    await attacker.send(attacker.data())
    assert attacker.server.sctp._sack_misordered is misordered


async def test_a_storm_of_disorder_blocks_nobody(attacker):
    for first in range(0, guard.MAX_AHEAD - 80, 80):
        await attacker.send(*(attacker.data(first + ahead) for ahead in range(1, 80, 2)))
    for _ in range(200):
        await attacker.send(*(attacker.data(ahead) for ahead in range(2, 82, 2)))
    assert await attacker.is_served()


async def test_arbitrary_packets_end_a_session_at_worst(refusals):
    generator = random.Random(8)
    for _ in range(20):
        async with connected(refused=refusals) as session:
            attacker = Attacker(session, refusals)
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    packet = attacker.packet(*arbitrary_chunks(generator, attacker))
                    await session.server.sctp._handle_data(packet)


def arbitrary_chunks(generator, attacker):
    kinds = [0, 0, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 14, 130, 192]
    for _ in range(generator.randint(1, 5)):
        body = generator.randbytes(generator.randrange(60))
        if generator.random() < 0.5:
            body = pack("!L", (attacker.next_tsn + generator.randrange(-3, 30)) % 2**32) + body
        yield raw(generator.choice(kinds), body, flags=generator.randrange(8))
