"""Pools of connections to Redis that grow in a rush, and shrink again when it is over.

redis-py's own keep each connection that they ever needed. Both take the connection that was given
back last, so that those at the other end are the ones nobody needs. A connection that is closed
here has first left the pool: nobody can take it any more.
"""

from __future__ import annotations

import time
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio

#: Connections that a pool keeps.
MIN_CONNECTIONS = 2
#: Those beyond these are closed when nobody has needed them for so long.
IDLE_S = 10.0
#: So often a process looks: `SHRINK_EVERY_S` and `IDLE_S` are well below 20 s.
SHRINK_EVERY_S = 5.0


class Pool(redis.BlockingConnectionPool):
    """For threads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._released_s: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]

    def release(self, connection: Any) -> None:
        self._released_s[connection] = time.monotonic()
        super().release(connection)  # type: ignore[no-untyped-call]

    def shrink(self) -> None:
        """Close those that nobody has needed for `IDLE_S`."""
        for connection in self._take_out():
            connection.disconnect()

    def _take_out(self) -> list[Any]:
        since_s = time.monotonic() - IDLE_S
        with self.pool.mutex:
            # Below are the places of those that were never made, above all that are at rest.
            waiting = self.pool.queue
            resting = [each for each in waiting if each is not None]
            spare = len(self._connections) - MIN_CONNECTIONS
            idle = [each for each in resting if self._released_s[each] <= since_s][: max(0, spare)]
            for each in idle:
                waiting.remove(each)
                waiting.insert(0, None)
                self._connections.remove(each)
        return idle


class AsyncPool(redis.asyncio.BlockingConnectionPool):
    """For one event loop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._released_s: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        super().__init__(*args, **kwargs)

    async def release(self, connection: Any) -> None:
        self._released_s[connection] = time.monotonic()
        await super().release(connection)

    async def shrink(self) -> None:
        """Close those that nobody has needed for `IDLE_S`."""
        since_s = time.monotonic() - IDLE_S
        resting = self._available_connections
        spare = len(resting) + len(self._in_use_connections) - MIN_CONNECTIONS
        idle = [each for each in resting if self._released_s[each] <= since_s][: max(0, spare)]
        for each in idle:
            resting.remove(each)
        for each in idle:
            await each.disconnect()
