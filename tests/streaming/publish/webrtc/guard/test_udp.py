"""How much a socket reads, and when it closes."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest
from aioice import ice

from streaming.domain.allowance import Allowance
from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard import udp
from streaming.publish.webrtc.guard.udp import UdpTransport
from tests.streaming.waiting import until

pytestmark = pytest.mark.timeout(20)

PAUSE = "pause, as too many datagrams came"


class Reader(asyncio.DatagramProtocol):
    transport: UdpTransport

    def __init__(self):
        self.datagrams = []
        self.errors = []
        self.is_lost = False

    def datagram_received(self, data, address):
        self.datagrams.append(data)

    def error_received(self, error):
        self.errors.append(error)

    def connection_lost(self, error):
        self.is_lost = True


@pytest.fixture
def refused():
    return Tally()


@pytest.fixture
async def reader(refused):
    reader = Reader()
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind(("127.0.0.1", 0))
    reader.transport = UdpTransport(reader, bound, refused.add)
    yield reader
    reader.transport.close()
    await asyncio.sleep(0)
    assert reader.is_lost


@pytest.fixture
def sender(reader):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind(("127.0.0.1", 0))
        sender.connect(reader.transport.get_extra_info("sockname"))
        yield sender


async def test_what_comes_is_handed_on_in_order(reader, sender):
    for number in range(100):
        sender.send(bytes([number]))
    await until(lambda: len(reader.datagrams) == 100)
    assert reader.datagrams == [bytes([number]) for number in range(100)]


async def test_others_have_their_turn_while_much_comes(reader, sender):
    for _ in range(udp.MAX_PER_TURN * 3):
        sender.send(b"x")
    most = 0
    while len(reader.datagrams) < udp.MAX_PER_TURN * 3:
        before = len(reader.datagrams)
        await asyncio.sleep(0)
        most = max(most, len(reader.datagrams) - before)
    assert most <= udp.MAX_PER_TURN


async def test_too_many_a_second_are_left_to_the_kernel(reader, sender, refused):
    allow(reader, burst=10, per_s=1000)
    for _ in range(60):
        sender.send(b"x")
    await until(lambda: refused.total[PAUSE])
    assert len(reader.datagrams) <= 2 * udp.MAX_PER_TURN
    # What waited meanwhile comes later, at the price of another pause or two.
    await until(lambda: len(reader.datagrams) == 60)
    assert not reader.transport.is_closing()


async def test_a_socket_that_is_flooded_without_end_is_closed(reader, sender, refused, monkeypatch):
    monkeypatch.setattr(udp, "PAUSE_S", 0.0)
    allow(reader, burst=1, per_s=1)
    while not reader.transport.is_closing():
        sender.send(b"x")
        await asyncio.sleep(0)
    assert refused.total[PAUSE] == udp.MAX_PAUSES + 1
    await until(lambda: reader.is_lost)


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux says what it dropped.")
async def test_what_the_kernel_drops_is_counted(reader, sender, refused, monkeypatch):
    monkeypatch.setattr(udp, "COUNT_EVERY_S", 0.01)
    reader.transport.admit_checks("name")
    reader.transport._count_again()
    for _ in range(5):
        sender.send(b"x")
    await until(lambda: refused.total)
    assert refused.total["dropped by the system"] == 5
    reader.transport.admit(sender.getsockname())
    sender.send(b"y")
    await until(lambda: reader.datagrams == [b"y"])
    assert refused.total["dropped by the system"] == 5


async def test_where_the_system_refuses_the_filter_everything_comes(reader, sender, monkeypatch):
    def refuse(*_):
        raise OSError("no room")

    reader.transport.admit_checks("name")
    monkeypatch.setattr("streaming.publish.webrtc.guard.kernel_filter.attach", refuse)
    reader.transport.admit(("127.0.0.1", 9))
    sender.send(b"x")
    await until(lambda: reader.datagrams == [b"x"])


async def test_what_cannot_be_sent_is_said_or_counted(reader, refused, monkeypatch):
    reader.transport.sendto(b"x", ("127.0.0.1", 0))
    assert reader.errors
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        reader.transport.sendto(b"x", other.getsockname())
        assert other.recv(10) == b"x"


async def test_a_closed_one_neither_reads_nor_sends(reader, sender):
    sender.send(b"x")
    reader.transport.abort()
    reader.transport.close()
    reader.transport.sendto(b"x", ("127.0.0.1", 9))
    await asyncio.sleep(0.01)
    assert not reader.datagrams


async def test_it_says_where_it_is(reader):
    transport = reader.transport
    bound = transport.get_extra_info("socket")
    assert transport.get_extra_info("sockname") == bound.getsockname()
    assert transport.get_extra_info("peername", "nobody") == "nobody"


def allow(reader, burst, per_s):
    reader.transport._allowance = Allowance(burst, per_s)


async def test_junk_of_strangers_reaches_no_session(session, bystander, refusals, monkeypatch):
    if sys.platform != "linux":
        pytest.skip("Only Linux has the filter.")
    monkeypatch.setattr(ice.StunProtocol, "datagram_received", pytest.fail)
    [pair] = session.server.ice._nominated.values()
    host, port = pair.local_addr
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, 2) as stranger:
        for _ in range(100):
            stranger.sendto(b"\x17 and more", (host, port))
        pair.protocol.transport._count_dropped()
        assert refusals.total["dropped by the system"] == 100
        await asyncio.sleep(0)
    monkeypatch.undo()


async def test_a_flood_ends_the_session_whose_socket_it_hits_and_no_other(session, bystander):
    [pair] = session.server.ice._nominated.values()
    pair.protocol.transport._pauses = Allowance(0.5, 0.001)
    pair.protocol.transport._pause()
    await session.server.closed.wait()
