"""What one client may send, and how many may come."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from functools import partial

import pytest

from tests.processes import PATIENCE_S, wait_until
from tests.streaming.servers.child import Server, Start, ask_for_socket, close_code, read_all

pytestmark = pytest.mark.system


# What one client may send


def masked(opcode: int, payload: bytes = b"", fin: bool = True) -> bytes:
    """A frame as a client sends it; its mask is zero."""
    return bytes([0x80 * fin | opcode, 0x80 | len(payload)]) + bytes(4) + payload


TEXT, CONTINUATION, PING = 0x1, 0x0, 0x9


FLOODS = {
    "fragments": (masked(TEXT, b"x", fin=False), masked(CONTINUATION, b"x", fin=False), 1009),
    "empty fragments": (masked(TEXT, fin=False), masked(CONTINUATION, fin=False), 1009),
    "pings": (b"", masked(PING, bytes(125)), 1008),
    "pings between fragments": (masked(TEXT, b"x", fin=False), masked(PING), 1008),
}


def flood(connection: socket.socket, first: bytes, more: bytes) -> bytes:
    """What the server said, until it ended the connection: before it took ten megabytes."""
    said = b""
    with suppress(ConnectionError):
        connection.sendall(first)
        for _ in range(2_000):
            connection.sendall(more * (5_000 // len(more)))
        raise AssertionError("It took everything.")
    with suppress(ConnectionError):
        while received := connection.recv(1 << 16):
            said += received
    return said


def test_a_socket_that_makes_too_much_work_is_closed_and_says_why(start: Start) -> None:
    server = start()
    for first, more, code in FLOODS.values():
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
            ask_for_socket(connection, "/")
            assert b" 101 " in connection.recv(1000)
            assert code.to_bytes(2) + b"Too much work" in flood(connection, first, more)
    with server.open() as witness:
        witness.send(b"still there")
        assert witness.recv(timeout=PATIENCE_S) == b"still there"


POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "more"),
    [(POST, b"1\r\nx\r\n"), (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"a: b\r\n")],
    ids=["chunks", "fields"],
)
def test_a_request_in_a_million_bits_is_refused(start: Start, first: bytes, more: bytes) -> None:
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
        said = flood(connection, first, more)
    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 200 "))
    assert b"Traceback" not in said
    with server.get("/"):
        pass


@pytest.mark.parametrize("start", ["daphne"], indirect=True)
@pytest.mark.parametrize("length", [b"Content-Length: 2001", b"Transfer-Encoding: chunked"])
def test_daphne_refuses_a_body_that_is_too_large_before_it_has_read_it(
    start: Start, length: bytes
) -> None:
    server = start(SKYSENTRY_BODY_BYTES="2000")
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n")
        connection.sendall(b"7d0\r\n" + bytes(2000) + b"\r\n1\r\nx\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


SLOW = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost:",
    "half a body": b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
}


@pytest.mark.parametrize("start", ["uvicorn"], indirect=True)
def test_a_request_that_does_not_arrive_is_not_waited_for(start: Start) -> None:
    server = start(
        prepare="from streaming.servers.uvicorn import http; http.HEAD_S = http.BODY_S = 0.5"
    )
    connections = {
        what: socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) for what in SLOW
    }
    for what, connection in connections.items():
        connection.sendall(SLOW[what])
    answers = {what: connection.recv(12) for what, connection in connections.items()}
    assert answers["nothing"] == b""
    assert answers["half a head"] == b"HTTP/1.1 408"
    assert answers["half a body"] in (b"HTTP/1.1 408", b"HTTP/1.1 200")
    for connection in connections.values():
        connection.close()


@pytest.mark.parametrize("start", ["uvicorn"], indirect=True)
def test_an_answer_that_nobody_reads_is_not_kept(start: Start) -> None:
    server = start(prepare="from streaming.servers.uvicorn import http; http.UNREAD_S = 0.5")
    with server.get("/large") as kept, server.get("/large", "Connection: close\r\n") as last:
        for connection in (kept, last):
            wait_until(partial(is_reset, connection), PATIENCE_S)
            with pytest.raises(ConnectionResetError):
                read_all(connection)


def is_reset(connection: socket.socket) -> bool:
    """Without reading what has come."""
    poll = select.poll()
    # Errors and the end are told in any case.
    poll.register(connection, 0)
    return bool(poll.poll(0))


# How many may come


def test_a_connection_too_many_is_told_when_to_come_back(start: Start) -> None:
    server = start(SKYSENTRY_CONNECTIONS_PER_ADDRESS="2")
    with server.open() as first, server.open():
        with server.get("/") as third:
            assert b"TP/1.1 503 " in (answer := third.recv(1000))
            assert b"retry-after: 20" in answer.lower()
        first.close()
        wait_until(lambda: is_served(server), PATIENCE_S)


def is_served(server: Server) -> bool:
    with server.get("/") as connection:
        return b" 200 " in connection.recv(1000)


@pytest.mark.parametrize("start", ["uvicorn"], indirect=True)
def test_a_socket_too_many_is_closed_with_a_time(start: Start) -> None:
    server = start(SKYSENTRY_CONNECTIONS="1")
    with server.open(), server.open() as second:
        assert close_code(second) == 1013
        assert second.close_reason == "retry_after=20"
