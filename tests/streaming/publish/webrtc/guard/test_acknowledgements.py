"""How often the server acknowledges what a camera sends: as RFC 9260, 6.2 asks, and no oftener."""

from __future__ import annotations

import asyncio

import pytest
from aiortc import rtcsctptransport as sctp

from streaming.publish.webrtc.guard import sctp as guard
from tests.streaming.waiting import until

pytestmark = pytest.mark.timeout(20)

PACKETS = 40


@pytest.fixture
async def acknowledgements(session, monkeypatch):
    """Those that the server sends from now on."""
    sent = []
    send = session.server.sctp._send_chunk

    async def note(chunk):
        if isinstance(chunk, sctp.SackChunk):
            sent.append(chunk)
        await send(chunk)

    # What the handshake left to acknowledge.
    await until(lambda: not is_waited_for(session))
    monkeypatch.setattr(session.server.sctp, "_send_chunk", note)
    return sent


def is_waited_for(session):
    return session.camera.sctp._sent_queue


def packet_of(session, ahead, user_data=b"x"):
    chunk = sctp.DataChunk(sctp.SCTP_DATA_FIRST_FRAG | sctp.SCTP_DATA_LAST_FRAG)
    chunk.tsn = (session.server.sctp._last_received_tsn + 1 + ahead) % 2**32
    chunk.stream_id, chunk.protocol, chunk.user_data = 1, 53, user_data
    tag = session.server.sctp._local_verification_tag
    return sctp.serialize_packet(5000, 5000, tag, chunk)


async def test_every_second_packet_is_acknowledged(session, acknowledgements):
    await session.exchange(bytes(PACKETS * sctp.USERDATA_MAX_LENGTH))
    await until(lambda: not is_waited_for(session))
    assert PACKETS // 2 <= len(acknowledgements) < PACKETS * 3 / 4


async def test_a_single_packet_is_acknowledged_within_the_time_allowed(session, acknowledgements):
    await session.exchange(b"picture")
    assert not acknowledgements
    async with asyncio.timeout(0.2):
        await until(lambda: not is_waited_for(session))


async def test_what_is_out_of_order_is_acknowledged_at_once(session, acknowledgements):
    await session.server.sctp._handle_data(packet_of(session, ahead=1))
    [acknowledgement] = acknowledgements
    assert acknowledgement.gaps == [(2, 2)]


async def test_what_came_twice_is_acknowledged_at_once(session, acknowledgements):
    await session.server.sctp._handle_data(packet_of(session, ahead=-1))
    [acknowledgement] = acknowledgements
    assert acknowledgement.duplicates


async def test_a_session_that_ends_before_its_acknowledgement_ends_quietly(session):
    # The fixtures look for what nobody caught.
    await session.exchange(b"picture")
    await session.server.peer.close()
    await asyncio.sleep(2 * guard.ACKNOWLEDGE_WITHIN_S)
