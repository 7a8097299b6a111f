from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable


class Schedule:
    """Calls at given times of the event loop; at the same time in the order they were asked for.

    The loop's own `call_at` keeps no order among equals.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def at(self, when_s: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (when_s, next(self._numbers), action))
        self._run()

    def close(self) -> None:
        """Forget what was still to come."""
        self._waiting.clear()
        if self._timer:
            self._timer.cancel()

    def _run(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._loop.time():
            heapq.heappop(self._waiting)[2]()
        if self._timer:
            self._timer.cancel()
        if self._waiting:
            self._timer = self._loop.call_at(self._waiting[0][0], self._run)
