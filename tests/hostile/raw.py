"""Connections that keep to no rule."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from urllib.parse import urlsplit

Connection = socket.socket
#: For a server to say something, or to take more.
_PATIENCE_S = 15.0


def masked(opcode: int, payload: bytes = b"", fin: bool = True) -> bytes:
    """A WebSocket frame as a client sends it; its mask is zero."""
    return bytes([0x80 * fin | opcode, 0x80 | len(payload)]) + bytes(4) + payload


def request(url: str, method: str, path: str, *fields: str) -> bytes:
    """The head of a request."""
    host = urlsplit(url).netloc
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {host}", *fields, "", ""]).encode()


def connect(url: str) -> Connection:
    """A connection on which nothing was asked yet."""
    address = urlsplit(url)
    assert address.port
    return socket.create_connection((address.hostname, address.port), _PATIENCE_S)


def upgrade(url: str, path: str) -> Connection:
    """A WebSocket that was accepted."""
    connection = connect(url)
    fields = (
        f"Origin: {url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    )
    connection.sendall(request(url, "GET", path, *fields))
    answer = b""
    while not answer.endswith(b"\r\n\r\n") and (heard := connection.recv(1)):
        answer += heard
    assert b" 101 " in answer, answer
    return connection


async def flood(connection: Connection, first: bytes, more: bytes, most: int) -> bytes:
    """What the server said until it ended the connection, or had taken so many bytes; not more than
    1 MB of it."""
    return await asyncio.to_thread(
        _flood, connection, first, more * (50_000 // len(more) + 1), most
    )


def _flood(connection: Connection, first: bytes, piece: bytes, most: int) -> bytes:
    with connection, contextlib.suppress(OSError):
        with contextlib.suppress(OSError):
            connection.sendall(first)
            for _ in range(most // len(piece)):
                connection.sendall(piece)
        return hear(connection)
    return b""


def hear(connection: Connection, most: int = 1_000_000) -> bytes:
    """What the server says, to the end of the connection or of patience."""
    said = b""
    with contextlib.suppress(OSError):
        while len(said) < most and (heard := connection.recv(1 << 16)):
            said += heard
    return said
