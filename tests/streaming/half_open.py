from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path


class Way:
    """A way to a Unix socket on which connections can be left half open: no byte gets through any
    more in either direction, and neither end is told."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._through: set[asyncio.Event] = set()
        self._carrying: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def cut(self) -> int:
        """Leave all connections of now half open; how many those are."""
        for is_cut in self._through:
            is_cut.set()
        count, self._through = len(self._through), set()
        return count

    @asynccontextmanager
    async def at(self, path: Path) -> AsyncIterator[Way]:
        server = await asyncio.start_unix_server(self._accept, path)
        yield self
        server.close()
        for writer in self._carrying.values():
            writer.transport.abort()
        if self._carrying:
            await asyncio.wait(self._carrying)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying[task] = writer
        task.add_done_callback(self._carrying.pop)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_unix_connection(self._server)
        is_cut = asyncio.Event()
        self._through.add(is_cut)
        returning = asyncio.create_task(_pass(onward, writer, is_cut))
        await _pass(reader, back, is_cut)
        self._through.discard(is_cut)
        back.close()
        await returning
        writer.close()


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_cut: asyncio.Event
) -> None:
    with suppress(OSError):
        while some := await reader.read(65536):
            if not is_cut.is_set():
                writer.write(some)
