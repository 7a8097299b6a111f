"""Requests wait their turn while so many compute that the event loop is late."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

#: Django has a thread for each request, and Python runs one of all threads at a time: 200 at once
#: kept pictures waiting for up to half a second. So few are never too many.
FREE = 2
#: Beyond those, another begins only if the event loop is late by no more than this. Who waits for
#: the database or a password's hash does not make it late, and so keeps nobody waiting.
MAX_LAG_S = 0.005
_LOOK_S = 0.001
#: The event loop may be late for other reasons.
PATIENCE_S = 0.25
#: The event loop gives Python's lock away with each call of the system, and a thread that computes
#: keeps it for so long: 5 ms, unless Python is told otherwise.
SWITCH_S = 0.0005


class Turns:
    """Around an application: first come, first served, up to the beginning of each answer."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._queue = asyncio.Lock()
        #: Requests without an answer yet.
        self._computing: set[object] = set()
        sys.setswitchinterval(SWITCH_S)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        request = object()

        async def sending(message: dict[str, Any]) -> None:
            # A stream computes nothing, for hours.
            self._computing.discard(request)
            await send(message)

        async with self._queue:
            await self._wait()
            self._computing.add(request)
        try:
            await self._application(scope, receive, sending)
        finally:
            self._computing.discard(request)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + PATIENCE_S
        while len(self._computing) >= FREE and (begun_s := loop.time()) < until_s:
            await asyncio.sleep(_LOOK_S)
            if loop.time() - begun_s - _LOOK_S <= MAX_LAG_S:
                return
