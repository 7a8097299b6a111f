from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from streaming.network import stun

_MAGIC = b"\x21\x12\xa4\x42"


def answer(request: bytes) -> bytes:
    return b"\x01\x01\x00\x00" + _MAGIC + request[8:20]


@contextmanager
def server(kind: socket.SocketKind, reply: Callable[[bytes], bytes]) -> Iterator[int]:
    """On 127.0.0.1, for one request."""
    with socket.socket(socket.AF_INET, kind) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(5)
        if kind is socket.SOCK_STREAM:
            line.listen()

        def serve() -> None:
            if kind is socket.SOCK_STREAM:
                with line.accept()[0] as client:
                    client.sendall(reply(client.recv(100)))
            else:
                request, address = line.recvfrom(100)
                line.sendto(reply(request), address)

        thread = threading.Thread(target=serve)
        thread.start()
        yield line.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("stun:stun.example.org", stun.StunServer("stun.example.org", 3478, False, False)),
        ("turn:192.0.2.7:1234?transport=tcp", stun.StunServer("192.0.2.7", 1234, True, False)),
        ("turns:turn.example.org", stun.StunServer("turn.example.org", 5349, True, True)),
        ("stun:[2001:db8::7]:99", stun.StunServer("2001:db8::7", 99, False, False)),
    ],
)
def test_it_reads_urls(url: str, server: stun.StunServer) -> None:
    assert stun.parse(url) == server


def test_one_answers_over_udp_or_tcp() -> None:
    with server(socket.SOCK_DGRAM, answer) as port:
        assert stun.answers(f"stun:127.0.0.1:{port}", 2)
    with server(socket.SOCK_STREAM, answer) as port:
        assert stun.answers(f"turn:127.0.0.1:{port}?transport=tcp", 2)


@pytest.mark.parametrize("reply", [b"", b"hello", answer(bytes(20))], ids=["", "short", "other"])
def test_what_is_no_answer_is_none(reply: bytes) -> None:
    with server(socket.SOCK_DGRAM, lambda _: reply) as port:
        assert not stun.answers(f"stun:127.0.0.1:{port}", 0.2)


def test_who_says_nothing_does_not_answer() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert not stun.answers(f"stun:127.0.0.1:{silent.getsockname()[1]}", 0.1)


@pytest.mark.parametrize("url", ["http://example.org", "stun:127.0.0.1:99999", "turn:127.0.0.1:0"])
def test_at_what_is_no_address_nobody_answers(url: str) -> None:
    with pytest.raises(ValueError, match="no"):
        stun.parse(url)
    assert not stun.answers(url, 0.1)
