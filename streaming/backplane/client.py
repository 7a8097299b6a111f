from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, cast

from streaming.backplane.bus import FrameBus
from streaming.backplane.clock import ServerClock
from streaming.backplane.connection import connect, open_connections
from streaming.backplane.pools import SHRINK_EVERY_S, AsyncPool
from streaming.backplane.store import AsyncStore, store
from streaming.backplane.writer import StoreWriter


class Backplane:
    """A process's part in what all processes share: the bus, the store, the clock.

    As a context manager it opens connections, and at the end writes what still waits.
    """

    def __init__(self) -> None:
        self._connection = connect()
        self.clock = ServerClock()
        self.store = AsyncStore(self._connection, self.clock.now_ms)
        self.writer = StoreWriter(self._connection)
        self.bus = FrameBus()

    async def __aenter__(self) -> Self:
        await open_connections(self._connection)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self.writer.flush()
        finally:
            await self._connection.aclose()

    def work(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs for the life of the process, by name."""
        return {
            "clock": self.clock.follow(self._connection),
            "writer": self.writer.run(),
            "connections": self._shrink(),
        }

    async def _shrink(self) -> None:
        pool = cast(AsyncPool, self._connection.connection_pool)
        while True:
            await asyncio.sleep(SHRINK_EVERY_S)
            await pool.shrink()
            # The one of the threads of this process, too.
            store().shrink()
