from __future__ import annotations

import asyncio

from tests.chaos.network import Network
from tests.chaos.tcp import TcpRelay

_REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy(TcpRelay):
    """A web proxy in front of a server, as strict networks have them: it lets no WebSocket through.

    `lets_upgrades_through` and `is_down` may be changed at any time; they are asked for each
    connection.
    """

    kernel_bytes = None

    def __init__(self, server_port: int) -> None:
        super().__init__(Network(), server_port)
        self.lets_upgrades_through = False
        self.is_down = False

    async def _first(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        if self.is_down:
            raise ConnectionRefusedError
        head = await reader.readuntil(b"\r\n\r\n")
        if b"\r\nupgrade:" not in head.lower():
            return _only(head)
        if self.lets_upgrades_through:
            return head
        writer.write(_REFUSAL)
        await writer.drain()
        raise ConnectionRefusedError


def _only(head: bytes) -> bytes:
    """The head of a request that no other follows on its connection."""
    first, *lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([first, b"Connection: close", *kept])
