"""Database work of the event loop, in lanes: whoever crowds one of them holds up nobody in another.

Channels' `database_sync_to_async` does all of a process's work in one thread, one piece after the
other. That thread is left to those who publish, and their records.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connections

#: A connection that nobody has used for so long is closed.
IDLE_S = 5.0
#: A broken connection is noticed at once; a database that is locked or slow takes its time.
_BROKEN_WITHIN_S = 0.5

P = ParamSpec("P")
T = TypeVar("T")


class Lane:
    """A thread with a database connection that stays open while there is work, as opening one costs
    more than a lookup.

    For work that may be done twice: what finds the connection broken, as it is when the database
    has been started anew, is done again with a new one.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"database: {name}")
        self._closing: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises what `work` raises."""

        def attempt() -> T:
            is_kept = any(each.connection for each in connections.all(initialized_only=True))
            begun_s = time.monotonic()
            try:
                return work(*args, **kwargs)
            except (InterfaceError, OperationalError):
                connections.close_all()
                if not is_kept or time.monotonic() - begun_s > _BROKEN_WITHIN_S:
                    raise
            return work(*args, **kwargs)

        try:
            return await sync_to_async(attempt, thread_sensitive=False, executor=self._executor)()
        finally:
            self._close_later()

    def _close_later(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
        loop = asyncio.get_running_loop()
        self._closing = loop.call_later(IDLE_S, self._executor.submit, connections.close_all)


#: Who has signed in on the page that opens a WebSocket.
HANDSHAKES = Lane("handshakes")
#: Who wants to publish, and may.
AUTHENTICATION = Lane("authentication")
#: What viewers ask to watch.
VIEWERS = Lane("viewers")
#: Whether those who publish or watch still may.
RIGHTS = Lane("rights")
#: What the audit log gets in batches.
AUDIT = Lane("audit")
