from __future__ import annotations

import asyncio
import sys

import pytest

from tests.chaos.network import Network
from tests.chaos.udp import UdpRelay
from tests.processes import free_port
from tests.streaming.waiting import until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="Elsewhere a machine has no second address by itself."
)
RELAY = "127.0.0.2"
PATIENCE_S = 5


class Talk(asyncio.DatagramProtocol):
    """One end: what it heard, and from whom."""

    def __init__(self):
        self.heard: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    def datagram_received(self, data, address):
        self.heard.put_nowait((data, address))

    async def next(self):
        return await asyncio.wait_for(self.heard.get(), PATIENCE_S)

    async def texts(self, count):
        return [(await self.next())[0] for _ in range(count)]


async def end(port=0):
    loop = asyncio.get_running_loop()
    return await loop.create_datagram_endpoint(Talk, local_addr=("127.0.0.1", port))


@pytest.fixture
async def talk():
    """A client's ends, a server's ends, and the relay between."""
    port = free_port()
    (up, client), (down, server) = await end(), await end(port)
    async with UdpRelay(Network(3), address=RELAY, ports=[port], server="127.0.0.1") as relay:

        def say(text):
            up.sendto(text, (RELAY, port))

        yield say, client, down, server, relay
    up.close()
    down.close()


async def test_both_hear_each_other_over_the_relay(talk):
    say, client, down, server, _ = talk
    say(b"hello")
    data, address = await server.next()
    down.sendto(b"answer", address)
    assert (data, await client.texts(1)) == (b"hello", [b"answer"])


async def test_packets_arrive_in_order_though_each_is_delayed(talk):
    say, _, _, server, relay = talk
    relay.network.set(delay_ms=5, jitter_ms=20)
    sent = [str(number).encode() for number in range(200)]
    for text in sent:
        say(text)
    assert await server.texts(200) == sent


async def test_packets_are_lost_doubled_and_overtaken_as_the_network_decides(talk):
    say, _, _, server, relay = talk
    relay.network.set(loss=0.2, duplicate=0.2, reorder=0.2)
    same = Network(3)
    same.set(loss=0.2, duplicate=0.2, reorder=0.2)
    copies = [len(same.up.arrivals(1, 0.0)) for _ in range(100)]
    for number in range(100):
        say(bytes([number]))
    heard = [text[0] for text in await server.texts(sum(copies))]
    assert [heard.count(number) for number in range(100)] == copies
    assert heard != sorted(heard)


async def test_a_black_hole_is_silent_and_can_be_healed(talk):
    say, _, _, server, relay = talk
    relay.network.black_hole()
    say(b"lost")
    await until(lambda: relay.network.up.lost)
    relay.network.heal()
    say(b"heard")
    assert await server.texts(1) == [b"heard"]


async def test_after_a_cut_the_server_hears_from_another_port(talk):
    say, client, down, server, relay = talk
    say(b"before")
    _, before = await server.next()
    relay.cut()
    say(b"after")
    _, after = await server.next()
    assert before != after
    down.sendto(b"to nobody", before)
    down.sendto(b"answer", after)
    assert await client.texts(1) == [b"answer"]
