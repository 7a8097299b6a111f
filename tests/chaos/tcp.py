from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.chaos.network import Network, Way

#: Of a stream at once: a few of these are in a rate limit's shortest second.
_PIECE_BYTES = 8192
_POLL_S = 0.01
_RESET = struct.pack("ii", 1, 0)


class TcpRelay:
    """Stands for a server's port at one of its own, the network between; or for a Unix socket.

    `async with`. With a rate and a large buffer it is what a buffering web proxy is to a slow
    client. Loss and order are TCP's own affair and have no say.
    """

    #: Of the kernel's buffers: small beside the one that the network has.
    kernel_bytes: int | None = 32 * 1024

    def __init__(self, network: Network, server: int | Path, at: Path | None = None) -> None:
        self.network = network
        self._server = server
        self._connections: set[_Connection] = set()
        self._listening = socket.create_server(("127.0.0.1", 0)) if at is None else _at(at)
        self._limit(self._listening)
        if at is None:
            self.port: int = self._listening.getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._accepting = await asyncio.start_server(
            self._accepted, sock=self._listening, limit=_PIECE_BYTES
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._accepting.close()
        tasks = [connection.task for connection in self._connections]
        self.cut()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset every connection, on both sides."""
        for connection in self._connections:
            connection.reset()

    def strand(self) -> int:
        """Leave the connections of now half open: nothing gets through any more, and neither end
        is told. How many those are."""
        for connection in self._connections:
            connection.is_stranded = True
        return len(self._connections)

    async def _first(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """What the server is sent first of a connection. Raises ConnectionError to end it."""
        return b""

    def _limit(self, each: socket.socket) -> None:
        if self.kernel_bytes:
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                each.setsockopt(socket.SOL_SOCKET, option, self.kernel_bytes)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer)
        connection.task = asyncio.create_task(self._serve(connection, reader, writer))
        self._connections.add(connection)
        connection.task.add_done_callback(lambda _: self._ended(connection))

    def _ended(self, connection: _Connection) -> None:
        self._connections.discard(connection)
        for writer in connection.writers:
            writer.close()

    async def _serve(
        self, connection: _Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            first = await self._first(reader, writer)
            answer, request = await self._connect()
            connection.writers.append(request)
            request.write(first)
            await _first_of(
                _Pump(connection, self.network.up).run(reader, request),
                _Pump(connection, self.network.down).run(answer, writer),
            )

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        is_port = isinstance(self._server, int)
        upstream = socket.socket(socket.AF_INET if is_port else socket.AF_UNIX)
        self._limit(upstream)
        upstream.setblocking(False)
        address = ("127.0.0.1", self._server) if is_port else str(self._server)
        try:
            await asyncio.get_running_loop().sock_connect(upstream, address)
            return await asyncio.open_connection(sock=upstream, limit=_PIECE_BYTES)
        except BaseException:  # a cancellation, too
            upstream.close()
            raise


class _Connection:
    """One client's, and the one to the server that belongs to it."""

    task: asyncio.Task[None]

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writers = [writer]
        self.is_stranded = False

    def reset(self) -> None:
        for writer in [each for each in self.writers if not each.is_closing()]:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
        self.task.cancel()


class _Pump:
    """One direction of one connection, and what waits in it."""

    def __init__(self, connection: _Connection, way: Way) -> None:
        self._connection = connection
        self._way = way
        self._pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._held_bytes = 0

    async def run(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """To the end of the source, or of either connection."""
        await _first_of(self._give(target), self._take(source))

    async def _take(self, source: asyncio.StreamReader) -> None:
        loop = asyncio.get_running_loop()
        while data := await source.read(_PIECE_BYTES):
            await _until(partial(self._has_room, len(data)))
            self._held_bytes += len(data)
            self._pieces.put_nowait((self._way.arrival(len(data), loop.time()), data))
        await self._pieces.join()

    async def _give(self, target: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at_s, data = await self._pieces.get()
            await asyncio.sleep(at_s - loop.time())
            await _until(self._is_open)
            target.write(data)
            await target.drain()
            self._held_bytes -= len(data)
            self._pieces.task_done()

    def _is_open(self) -> bool:
        return not (self._way.dark or self._connection.is_stranded)

    def _has_room(self, size: int) -> bool:
        return self._held_bytes + size <= self._way.buffer_bytes


def _at(path: Path) -> socket.socket:
    """A Unix socket that listens there."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()
    return listening


async def _first_of(*work: Coroutine[Any, Any, None]) -> None:
    """All of it, until the first ends."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until(condition: Callable[[], bool]) -> None:
    # What a network does may be changed at any time, and it tells nobody.
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(_POLL_S)
