"""The way out to one viewer: a seat for each camera, and what must be said between the frames."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from streaming.domain import websocket
from streaming.domain.pauses import pause_s
from streaming.watch.connection import Connection, DirectWrite
from streaming.watch.seat import Seat

logger = logging.getLogger(__name__)

#: A viewer that could not be handed a frame for so long no longer reads anything.
STUCK_AFTER_S = 10.0
#: For frames that wait while no further one comes: those are sent as soon as the way is clear.
SWEEP_EVERY_S = 0.05


class Outlet(Protocol):
    """No call but `run` waits, and none raises."""

    def seat(self) -> Seat:
        """The way of one camera's frames."""

    def text(self, key: object, content: str) -> None:
        """Said before any frame that comes after it; may replace what has the same key."""

    def end(self) -> None:
        """There will be no more to say."""

    async def run(self) -> None:
        """To the end."""


class SendOutlet:
    """Sends as any ASGI server takes it: one message at a time, each awaited.

    Some servers take whatever is sent, and let it pile up: where the `connection` is known, nothing
    is sent before all is gone that was sent before.
    """

    def __init__(
        self,
        send: Callable[..., Awaitable[None]],
        connection: Connection | None = None,
        on_stuck: Callable[[], None] = lambda: None,
    ) -> None:
        self._send = send
        self._connection = connection
        self._on_stuck = on_stuck
        self._texts: dict[object, str] = {}
        #: Those with frames that wait, the one that waits longest first.
        self._waiting: dict[Seat, None] = {}
        self._wake = asyncio.Event()
        self._ending = False

    def seat(self) -> Seat:
        return Seat(self._wait)

    def text(self, key: object, content: str) -> None:
        self._texts[key] = content
        self._wake.set()

    def end(self) -> None:
        self._ending = True
        self._wake.set()

    async def run(self) -> None:
        while not self._ending:
            await self._wake.wait()
            self._wake.clear()
            while self._texts or self._waiting:
                if not await self._way_is_clear():
                    return
                await self._send_next()

    def _wait(self, seat: Seat) -> None:
        self._waiting[seat] = None
        self._wake.set()

    async def _way_is_clear(self) -> bool:
        """Not for one that reads nothing, whose connection is ended then."""
        until_s = time.monotonic() + STUCK_AFTER_S
        while self._connection is not None and self._connection.pending:
            if (now_s := time.monotonic()) > until_s:
                self._connection.abort()
                self._on_stuck()
                return False
            await asyncio.sleep(SWEEP_EVERY_S)
            until_s += pause_s(now_s, SWEEP_EVERY_S, time.monotonic())
        return True

    async def _send_next(self) -> None:
        if self._texts:
            key = next(iter(self._texts))
            await self._send(text_data=self._texts.pop(key))
            return
        seat = next(iter(self._waiting))
        del self._waiting[seat]
        for frame in seat.take(time.monotonic()):
            await self._send(bytes_data=frame.message)


class DirectOutlet:
    """Writes to the connection itself, and only what goes out at once.

    A frame is written when nothing waits before it, neither here nor in the kernel; else it waits
    in its seat. So a slow viewer is never far behind, and costs the others nothing.
    """

    __slots__ = ("_clear_s", "_direct", "_ended", "_late", "_waiting")

    def __init__(self, direct: DirectWrite, late: set[DirectOutlet]) -> None:
        self._direct = direct
        #: The outlets that have a frame waiting.
        self._late = late
        self._waiting: dict[Seat, None] = {}
        self._clear_s = 0.0
        self._ended = asyncio.Event()

    def seat(self) -> Seat:
        return Seat(self._wait, self._direct.offer, self._waiting)

    def text(self, key: object, content: str) -> None:
        if self._direct.is_open:
            self._direct.write(websocket.text(content))

    def end(self) -> None:
        self._ended.set()

    async def run(self) -> None:
        await self._ended.wait()

    def flush(self) -> None:
        """Send what waits, as far as the way is clear."""
        direct, now_s = self._direct, time.monotonic()
        if direct.is_open:
            for seat in list(self._waiting):
                if direct.pending:
                    return
                self._clear_s = now_s
                if frames := seat.take(now_s):
                    direct.write(b"".join([frame.framed for frame in frames]))
                if not seat.is_waiting:
                    del self._waiting[seat]
            if self._waiting:
                return
        self._waiting.clear()
        self._late.discard(self)

    def leave_out(self, stopped_s: float) -> None:
        """So long this process was stopped, and tried nothing."""
        self._clear_s += stopped_s

    def is_stuck(self) -> bool:
        return time.monotonic() - self._clear_s > STUCK_AFTER_S

    def abort(self) -> None:
        self._late.discard(self)
        self._direct.abort()

    def _wait(self, seat: Seat) -> None:
        if not self._waiting:
            self._clear_s = time.monotonic()
            self._late.add(self)
        self._waiting[seat] = None
        self.flush()


class DirectOutlets:
    """Looks after the viewers of one process that have frames waiting; counts those cut off."""

    def __init__(self) -> None:
        #: Viewers whose connection was ended because they read nothing any more.
        self.cut_off = 0
        self._late: set[DirectOutlet] = set()

    def open(self, direct: DirectWrite) -> DirectOutlet:
        return DirectOutlet(direct, self._late)

    async def run(self) -> None:
        """For ever."""
        while True:
            began_s = time.monotonic()
            await asyncio.sleep(SWEEP_EVERY_S)
            stopped_s = pause_s(began_s, SWEEP_EVERY_S, time.monotonic())
            for outlet in list(self._late):
                outlet.leave_out(stopped_s)
                outlet.flush()
            stuck = [outlet for outlet in self._late if outlet.is_stuck()]
            for outlet in stuck:
                outlet.abort()
            if stuck:
                self.count_cut_off(len(stuck))

    def count_cut_off(self, count: int = 1) -> None:
        self.cut_off += count
        logger.warning("Viewers that read nothing for %.0f s: %d", STUCK_AFTER_S, count)
