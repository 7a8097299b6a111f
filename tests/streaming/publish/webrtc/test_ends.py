from __future__ import annotations

import asyncio
import os

import pytest

from streaming.publish.webrtc.peer import CLOSE_TIMEOUT_S
from tests.streaming.publish.webrtc.session import (
    PATIENCE_S,
    Camera,
    Server,
    all_others_done,
    connected,
)

ABANDONED = 100
PROMISED_S = 20

pytestmark = pytest.mark.timeout(120)


def open_files():
    return len(os.listdir("/dev/fd"))


async def closed(server):
    async with asyncio.timeout(PATIENCE_S):
        await server.closed.wait()


@pytest.mark.parametrize("label", ["third", "frames", "control", ""])
async def test_a_third_channel_ends_the_peer(session, label):
    assert not session.server.closed.is_set()
    session.camera.connection.createDataChannel(label)
    await closed(session.server)


@pytest.mark.parametrize("name", ["frames", "control"])
async def test_a_channel_that_closes_ends_the_peer(session, name):
    getattr(session.camera, name).close()
    await closed(session.server)


async def test_a_camera_that_takes_its_leave_ends_the_peer(session):
    await session.camera.connection.close()
    await closed(session.server)


async def test_an_aborted_association_ends_the_peer(session):
    await session.camera.sctp._abort()
    await closed(session.server)


async def test_close_is_quick_even_when_the_camera_has_vanished(session):
    session.camera.vanish()
    loop = asyncio.get_running_loop()
    started = loop.time()
    await session.server.peer.close()
    assert loop.time() - started < CLOSE_TIMEOUT_S


async def test_close_gives_up_on_a_connection_that_hangs(session, monkeypatch, caplog):
    monkeypatch.setattr("streaming.publish.webrtc.peer.CLOSE_TIMEOUT_S", 0.05)
    with monkeypatch.context() as hanging:
        hanging.setattr(session.server.peer._connection, "close", asyncio.Event().wait)
        await session.server.peer.close()
    assert "did not close" in caplog.text


async def test_closing_twice_is_closing_once(session):
    await session.server.peer.close()
    await session.server.peer.close()


async def test_a_closed_peer_takes_and_says_nothing(session):
    await session.server.peer.close()
    session.server.peer.send_control("{}")
    assert session.server.frames.empty()


async def test_a_session_leaves_no_file_and_no_task():
    files = open_files()
    for _ in range(3):
        async with connected() as session:
            await session.exchange(bytes(1000))
    async with asyncio.timeout(PROMISED_S):
        await all_others_done()
    assert open_files() <= files


async def test_abandoned_offers_leave_no_file_and_no_task():
    files = open_files()
    camera = Camera()
    offer = await camera.offer()
    await camera.connection.close()
    peers = [Server().peer for _ in range(ABANDONED)]
    for peer in peers:
        await peer.answer(offer)
    assert open_files() > files + ABANDONED / 2
    async with asyncio.timeout(PROMISED_S):
        await asyncio.gather(*(peer.close() for peer in peers))
        await all_others_done()
    assert open_files() <= files
