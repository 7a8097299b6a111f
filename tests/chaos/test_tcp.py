from __future__ import annotations

import asyncio
import time

import pytest

from tests.chaos.network import Network
from tests.chaos.tcp import TcpRelay

PATIENCE_S = 5
MB = 1_000_000
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def server():
    """Accepts; each connection's reader and writer."""
    accepted: asyncio.Queue[Streams] = asyncio.Queue()
    listening = await asyncio.start_server(
        lambda *streams: accepted.put_nowait(streams), "127.0.0.1", 0
    )
    yield listening.sockets[0].getsockname()[1], accepted
    listening.close()


@pytest.fixture
async def talk(server):
    """A client's streams, the server's streams, and the relay between."""
    port, accepted = server
    async with TcpRelay(Network(3), port) as relay, asyncio.timeout(PATIENCE_S):
        client = await asyncio.open_connection("127.0.0.1", relay.port)
        served = await accepted.get()
        yield client, served, relay
        for _, writer in (client, served):
            writer.close()


async def test_both_hear_each_other_over_the_relay(talk):
    (reader, writer), (heard, answer), _ = talk
    writer.write(b"hello")
    assert await heard.readexactly(5) == b"hello"
    answer.write(b"answer")
    assert await reader.readexactly(6) == b"answer"


async def test_the_end_of_one_is_the_end_of_the_other_after_all_was_said(talk):
    (reader, _), (_, answer), relay = talk
    relay.network.set(delay_ms=50)
    answer.write(b"last words")
    answer.close()
    assert await reader.read() == b"last words"


async def test_bytes_come_at_the_rate(talk):
    (reader, _), (_, answer), relay = talk
    relay.network.down.bits_per_s = 8 * MB
    began = time.monotonic()
    answer.write(bytes(MB // 2))
    await reader.readexactly(MB // 2)
    assert 0.4 < time.monotonic() - began < 1.5


async def test_a_buffer_takes_what_the_client_does_not_get_yet(talk):
    _, (_, answer), relay = talk
    relay.network.down.bits_per_s = 8_000
    relay.network.down.buffer_bytes = 8 * MB
    answer.write(bytes(6 * MB))
    async with asyncio.timeout(PATIENCE_S):
        await answer.drain()


async def test_beyond_the_buffer_the_server_waits(talk):
    _, (_, answer), relay = talk
    relay.network.down.bits_per_s = 8_000
    relay.network.down.buffer_bytes = 100_000
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(flood(answer), 0.5)


async def flood(writer):
    while True:
        writer.write(bytes(MB))
        await writer.drain()


async def test_a_black_hole_keeps_the_connection_and_what_was_said_for_later(talk):
    (reader, _), (_, answer), relay = talk
    relay.network.black_hole()
    answer.write(b"answer")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(1), 0.2)
    relay.network.heal()
    assert await reader.readexactly(6) == b"answer"


async def test_of_what_is_half_open_the_server_hears_and_is_not_heard(talk):
    (reader, writer), (heard, answer), relay = talk
    relay.network.half_open()
    writer.write(b"hello")
    assert await heard.readexactly(5) == b"hello"
    answer.write(b"answer")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(1), 0.2)


async def test_a_cut_resets_both(talk):
    (reader, _), (heard, _), relay = talk
    relay.cut()
    with pytest.raises(ConnectionResetError):
        await reader.read()
    with pytest.raises(ConnectionResetError):
        await heard.read()


async def test_who_is_stranded_is_neither_heard_nor_told_and_others_go_on(talk, server):
    (reader, writer), (heard, _), relay = talk
    _, accepted = server
    assert relay.strand() == 1
    writer.write(b"hello")
    for end in (heard, reader):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(end.read(1), 0.2)
    _, other = await asyncio.open_connection("127.0.0.1", relay.port)
    other.write(b"hello")
    also_heard, answer = await accepted.get()
    assert await also_heard.readexactly(5) == b"hello"
    answer.close()
    other.close()


async def test_a_unix_socket_is_stood_for_by_another(tmp_path):
    accepted: asyncio.Queue[Streams] = asyncio.Queue()
    there, here = tmp_path / "there", tmp_path / "here"
    listening = await asyncio.start_unix_server(
        lambda *streams: accepted.put_nowait(streams), there
    )
    async with TcpRelay(Network(), there, at=here), asyncio.timeout(PATIENCE_S):
        _, writer = await asyncio.open_unix_connection(here)
        writer.write(b"hello")
        heard, answer = await accepted.get()
        assert await heard.readexactly(5) == b"hello"
        answer.close()
        writer.close()
    listening.close()
