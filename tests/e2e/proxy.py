from __future__ import annotations

import asyncio
from types import TracebackType

from tests.processes import free_port

_REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """A web proxy in front of a server, as strict networks have them: it lets no WebSocket through.

    `lets_upgrades_through` and `is_down` may be changed at any time; they are asked for each
    connection.
    """

    def __init__(self, upstream_port: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lets_upgrades_through = False
        self.is_down = False
        self._upstream_port = upstream_port
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Proxy:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def cut(self) -> None:
        """End every connection."""
        for connection in self._connections:
            connection.cancel()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        # Not in the task: it may be cancelled before it begins.
        task.add_done_callback(lambda _: writer.close())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.is_down:
                return
            head = await reader.readuntil(b"\r\n\r\n")
            is_upgrade = b"\r\nupgrade:" in head.lower()
            if is_upgrade and not self.lets_upgrades_through:
                writer.write(_REFUSAL)
                await writer.drain()
            else:
                await self._forward(head if is_upgrade else _only(head), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    async def _forward(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        answer, request = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        request.write(head)
        sending = asyncio.create_task(_pump(reader, request))
        try:
            await _pump(answer, writer)
        finally:
            sending.cancel()
            request.close()


def _only(head: bytes) -> bytes:
    """The head of a request that no other follows on its connection."""
    first, *lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([first, b"Connection: close", *kept])


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
