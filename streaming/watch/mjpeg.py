"""A camera's JPEG pictures as one endless response: for <img>, and for programs of others."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from cameras.access import Identity
from streaming.backplane.store import LiveState
from streaming.domain import wire
from streaming.domain.pauses import pause_s
from streaming.tasks import connection_task
from streaming.watch.connection import Connection
from streaming.watch.hub import Hub
from streaming.watch.outlet import STUCK_AFTER_S, SWEEP_EVERY_S
from streaming.watch.seat import Outgoing, Seat

CONTENT_TYPE = "multipart/x-mixed-replace; boundary=frame"
#: A camera that sends nothing for so long is away: who watches is told so by the end.
QUIET_S = 30.0
#: Each takes a thread and, unread, its share of memory: in one process no more than this, and
#: fewer for each reader, so that nobody takes them all.
MAX_STREAMS = 100
MAX_STREAMS_EACH = 20
_LOOK_EVERY_S = 1.0

_FIRST = b"--frame\r\n"
_HEAD = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
# After each picture and not before it: browsers show one when they have read what ends it.
_LAST = b"\r\n--frame\r\n"


class StreamSlots:
    """For the streams of one process. Taken and freed by any thread."""

    def __init__(self, total: int = MAX_STREAMS, each: int = MAX_STREAMS_EACH) -> None:
        self._total = total
        self._each = each
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, reader: str) -> Callable[[], None] | None:
        """What frees the place, once; None where there is none."""
        with self._lock:
            if self._taken.total() >= self._total or self._taken[reader] >= self._each:
                return None
            self._taken[reader] += 1
        place = [reader]
        return lambda: self._free(place)

    def _free(self, place: list[str]) -> None:
        with self._lock:
            for reader in place:
                self._taken[reader] -= 1
            place.clear()
            self._taken += Counter()


class MjpegStream:
    """The body of a response, and a viewer in the sense of `relay.Viewer`: one who gets JPEG only,
    and no picture before the one before it has gone out.

    `start` gives the background work of the process, with which the stream ends. `connection` is
    where the response goes, if the server says so; `free` is called at the end.
    """

    def __init__(
        self,
        hub: Hub,
        camera_id: UUID,
        identity: Identity,
        name: str,
        start: Callable[[], asyncio.Task[None]],
        connection: Connection | None = None,
        free: Callable[[], None] = lambda: None,
    ) -> None:
        self.identity = identity
        self.name = name
        self.cameras: set[UUID] = set()
        self._hub = hub
        self._camera_id = camera_id
        self._start = start
        self._connection = connection
        self._free = free
        self._seat = Seat(lambda _seat: self._wake.set())
        self._wake = asyncio.Event()
        self._is_over = False
        #: Since when a picture is on its way; None while there is none.
        self._busy_s: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self._loop = asyncio.get_running_loop()
        running = self._start()
        running.add_done_callback(self._end)
        guarding = connection_task("stream.mjpg: stuck?", self._cut_off_if_stuck())
        self._hub.add(self)
        try:
            await self._hub.join(self, self._camera_id)
            yield _FIRST
            while picture := await self._next():
                yield part(picture)
        finally:
            self._leave()
            guarding.cancel()
            running.remove_done_callback(self._end)

    def close(self) -> None:
        """The response is over, wherever it was: Django says so, in a thread."""
        self._free()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave)

    async def _next(self) -> Outgoing | None:
        """None where there will be no further one."""
        await self._way_is_clear()
        self._busy_s = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(QUIET_S):
                while not self._is_over:
                    await self._wake.wait()
                    self._wake.clear()
                    if frames := self._seat.take(time.monotonic()):
                        self._busy_s = time.monotonic()
                        return frames[-1]
        return None

    async def _way_is_clear(self) -> None:
        """Some servers take whatever is sent, and let it pile up."""
        while not self._is_over:
            if self._connection is None or not self._connection.pending:
                return
            await asyncio.sleep(SWEEP_EVERY_S)

    async def _cut_off_if_stuck(self) -> None:
        while not self._is_over:
            began_s = time.monotonic()
            await asyncio.sleep(_LOOK_EVERY_S)
            if self._busy_s:
                self._busy_s += pause_s(began_s, _LOOK_EVERY_S, time.monotonic())
            if self._busy_s and time.monotonic() - self._busy_s > STUCK_AFTER_S:
                self._leave()
                self._hub.outlets.count_cut_off()
                if self._connection is not None:
                    self._connection.abort()

    def _leave(self) -> None:
        self._free()
        self._hub.remove(self)
        self._end()

    def _end(self, _running: object = None) -> None:
        self._is_over = True
        self._wake.set()

    # relay.Viewer

    def seat(self, camera_id: UUID) -> Seat:
        return self._seat

    def show_state(self, camera_id: UUID, state: LiveState) -> None:
        """There is no way to show it."""

    def drop(self, camera_id: UUID) -> None:
        self._end()

    def sign_off(self) -> None:
        self._end()


def part(frame: Outgoing) -> bytes:
    """A picture, and what ends it."""
    payload = memoryview(frame.message)[wire.HEADER.size :]
    return b"".join((_HEAD % len(payload), payload, _LAST))
