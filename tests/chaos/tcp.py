from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from functools import partial
from types import TracebackType

from tests.chaos.network import Network, Way

#: Of a stream at once: a few of these are in a rate limit's shortest second.
_PIECE_BYTES = 8192
#: The kernel's own buffers, small beside the one that the network has.
_KERNEL_BYTES = 32 * 1024
_POLL_S = 0.01
_RESET = struct.pack("ii", 1, 0)


class TcpRelay:
    """Stands for a server's port at one of its own, the network between.

    `async with`. With a rate and a large buffer it is what a buffering web proxy is to a slow
    client. Loss and order are TCP's own affair and have no say.
    """

    def __init__(self, network: Network, server_port: int) -> None:
        self.network = network
        self._server_port = server_port
        self._connections: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}
        self._listening = socket.create_server(("127.0.0.1", 0))
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._listening.setsockopt(socket.SOL_SOCKET, option, _KERNEL_BYTES)
        self.port: int = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> TcpRelay:
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
        connections = list(self._connections)
        self.cut()
        await asyncio.gather(*connections, return_exceptions=True)

    def cut(self) -> None:
        """Reset every connection, on both sides."""
        for task, writers in self._connections.items():
            for writer in [each for each in writers if not each.is_closing()]:
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, _RESET
                )
                writer.transport.abort()
            task.cancel()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections[task] = [writer]
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        for writer in self._connections.pop(task):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            upstream = socket.socket()
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)
            upstream.setblocking(False)
            await asyncio.get_running_loop().sock_connect(
                upstream, ("127.0.0.1", self._server_port)
            )
            answer, request = await asyncio.open_connection(sock=upstream, limit=_PIECE_BYTES)
            task = asyncio.current_task()
            assert task
            self._connections[task].append(request)
            pumps = [
                asyncio.create_task(_Pump(self.network.up).run(reader, request)),
                asyncio.create_task(_Pump(self.network.down).run(answer, writer)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)


class _Pump:
    """One direction of one connection, and what waits in it."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._held_bytes = 0

    async def run(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """To the end of the source, or of either connection."""
        giving = asyncio.create_task(self._give(target))
        taking = asyncio.create_task(self._take(source))
        try:
            await asyncio.wait([giving, taking], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (giving, taking):
                task.cancel()
            await asyncio.gather(giving, taking, return_exceptions=True)

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
            await _until(lambda: not self._way.dark)
            target.write(data)
            await target.drain()
            self._held_bytes -= len(data)
            self._pieces.task_done()

    def _has_room(self, size: int) -> bool:
        return self._held_bytes + size <= self._way.buffer_bytes


async def _until(condition: Callable[[], bool]) -> None:
    # What a network does may be changed at any time, and it tells nobody.
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(_POLL_S)
