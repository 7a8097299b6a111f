"""What reaches a socket behind the filter, tried with the kernel that runs it."""

from __future__ import annotations

import socket
import sys

import pytest
from aioice.stun import Class, Message, Method

from streaming.publish.webrtc.guard import kernel_filter
from streaming.publish.webrtc.guard.kernel_filter import MAX_ATTRIBUTES, MAX_STUN_BYTES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has the filter.")

NAME = "a1B2"
BEFORE = ("PRIORITY", "SOFTWARE", "ICE-CONTROLLING", "USE-CANDIDATE", "CHANNEL-NUMBER", "LIFETIME")
VALUES = (1, "odd", 2**63, None, 16384, 600)


@pytest.fixture(params=["127.0.0.1", "::1"])
def address(request):
    return request.param


@pytest.fixture
def sockets(address):
    """Opens sockets at the address."""
    opened = []

    def open_one():
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        opened.append(socket.socket(family, socket.SOCK_DGRAM))
        opened[-1].bind((address, 0))
        opened[-1].setblocking(False)
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def server(sockets):
    return sockets()


@pytest.fixture
def stranger(sockets, server):
    stranger = sockets()
    stranger.connect(server.getsockname())
    return stranger


def comes_through(server, sender, datagram):
    """On loopback a datagram is there when `send` returns, or was dropped."""
    sender.send(datagram)
    try:
        return server.recv(70_000) == datagram
    except BlockingIOError:
        return False


def check(name=NAME + ":their", before=0, method=Method.BINDING, kind=Class.REQUEST, **more):
    message = Message(method, kind)
    message.attributes.update(list(zip(BEFORE, VALUES, strict=True))[:before])
    message.attributes["USERNAME"] = name
    message.attributes.update(more)
    return bytes(message)


@pytest.mark.parametrize("before", range(len(BEFORE) + 1))
def test_a_check_for_the_name_comes_through_wherever_its_name_stands(server, stranger, before):
    kernel_filter.attach(server, NAME, [])
    assert comes_through(server, stranger, check(before=before))


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00",
        b"\x16" * 1200,
        bytes(20),
        check("x1B2:their"),
        check("a1B2x:their"),
        check("a1B"),
        check(kind=Class.RESPONSE),
        check(kind=Class.INDICATION),
        check(method=Method.ALLOCATE),
        check()[:4] + bytes(4) + check()[8:],
        check(SOFTWARE="x" * MAX_STUN_BYTES),
        bytes(Message(Method.BINDING, Class.REQUEST)),
        check()[:20] + bytes.fromhex("00240000") * MAX_ATTRIBUTES + check()[20:],
        check()[:20] + bytes.fromhex("0024ffff") + check()[20:],
    ],
    ids=[
        "empty",
        "one byte",
        "handshake",
        "zeros",
        "another name",
        "a longer name",
        "a shorter name",
        "response",
        "indication",
        "another method",
        "no cookie",
        "too large",
        "no name",
        "too many attributes",
        "an attribute beyond the end",
    ],
)
def test_what_is_no_check_for_the_name_does_not(server, stranger, datagram):
    kernel_filter.attach(server, NAME, [])
    assert not comes_through(server, stranger, datagram)


@pytest.mark.parametrize("position", [0, 1, 63])
def test_whatever_a_peer_sends_comes_through_and_nothing_of_others(
    server, sockets, stranger, position
):
    peers = [sockets() for _ in range(64)]
    kernel_filter.attach(server, NAME, [peer.getsockname()[:2] for peer in peers])
    peers[position].connect(server.getsockname())
    assert comes_through(server, peers[position], b"\x17 and more")
    assert not comes_through(server, stranger, b"\x17 and more")


def test_the_same_port_at_another_address_is_a_stranger(server, stranger):
    host, port = stranger.getsockname()[:2]
    other = "127.0.0.2" if "." in host else "::2"
    kernel_filter.attach(server, NAME, [(other, port)])
    assert not comes_through(server, stranger, b"\x17")


@pytest.mark.parametrize("name", ["a", "abc", "abcd", "abcde", "abcdefgh"])
def test_a_name_has_any_length(server, stranger, name):
    kernel_filter.attach(server, name, [])
    assert comes_through(server, stranger, check(f"{name}:their"))
    assert not comes_through(server, stranger, check(f"{name}x:their"))
    assert not comes_through(server, stranger, check(f"x{name[1:]}:their"))


def test_a_link_local_address_may_name_its_interface(server):
    kernel_filter.attach(server, NAME, [("fe80::1%lo", 4000)])


def test_without_a_filter_everything_comes_through_again(server, stranger):
    kernel_filter.attach(server, NAME, [])
    kernel_filter.detach(server)
    assert comes_through(server, stranger, b"\x17")


def test_elsewhere_there_is_none(server, stranger, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    kernel_filter.attach(server, NAME, [])
    assert comes_through(server, stranger, b"\x17")
