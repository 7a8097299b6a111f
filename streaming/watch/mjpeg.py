"""A camera's JPEG pictures as one endless response: for <img>, and for programs of others."""

from __future__ import annotations

import asyncio
import contextlib
import math
import threading
import time
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from cameras.access import Identity
from streaming import conf
from streaming.backplane.live_state import LiveState
from streaming.domain import wire
from streaming.domain.limits import Limit
from streaming.domain.pauses import pause_s
from streaming.tasks import connection_task
from streaming.watch.connection import Connection
from streaming.watch.hub import Hub
from streaming.watch.link_places import LinkPlace
from streaming.watch.outlet import STUCK_AFTER_S, SWEEP_EVERY_S
from streaming.watch.seat import Outgoing, Seat

CONTENT_TYPE = "multipart/x-mixed-replace; boundary=frame"
#: A camera that sends nothing for so long is away: who watches is told so by the end.
QUIET_S = 30.0
#: From the answer of the view to the first step of the stream, which is milliseconds.
BEGIN_WITHIN_S = 2.0
_LOOK_EVERY_S = 1.0

_FIRST = b"--frame\r\n"
_HEAD = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
# After each picture and not before it: browsers show one when they have read what ends it.
_LAST = b"\r\n--frame\r\n"


class Place:
    """One reader's place: reserved for a moment, held from `begin` on, and given back by `free`."""

    def __init__(self, slots: StreamSlots, reader: str) -> None:
        self.reader = reader
        self.until_s = time.monotonic() + BEGIN_WITHIN_S
        self._slots = slots

    def begin(self) -> bool:
        """Whether the place is still there."""
        return self._slots.begin(self)

    def free(self) -> None:
        self._slots.free(self)


class StreamSlots:
    """For the streams of one process, each of which takes a thread and some memory. Reserved and
    freed by any thread.

    A view that reserves a place can't give it back: when its client leaves, Django lets go of it
    together with its response. So the stream itself begins to hold the place, and a place for which
    none begins is free again by itself.
    """

    def __init__(self) -> None:
        self._places: set[Place] = set()
        self._lock = threading.Lock()

    def reserve(self, reader: str) -> Place | Limit:
        """A place to begin within `BEGIN_WITHIN_S`, or what limits them."""
        limits = conf.get()
        with self._lock:
            now_s = time.monotonic()
            self._places = {place for place in self._places if place.until_s > now_s}
            if len(self._places) >= limits.STREAMS:
                return Limit.STREAMS
            if sum(each.reader == reader for each in self._places) >= limits.STREAMS_PER_READER:
                return Limit.STREAMS_PER_READER
            place = Place(self, reader)
            self._places.add(place)
            return place

    def begin(self, place: Place) -> bool:
        with self._lock:
            place.until_s = math.inf
            return place in self._places

    def free(self, place: Place) -> None:
        with self._lock:
            self._places.discard(place)


class MjpegStream:
    """The body of a response, and a viewer in the sense of `relay.Viewer`: one who gets JPEG only,
    and no picture before the one before it has gone out.

    `start` gives the background work of the process, with which the stream ends. `connection` is
    where the response goes, if the server says so; `place` is given back at the end, and so is
    `link_place`, which a share link has room for.
    """

    def __init__(
        self,
        hub: Hub,
        camera_id: UUID,
        identity: Identity,
        name: str,
        address: str,
        start: Callable[[], asyncio.Task[None]],
        place: Place,
        connection: Connection | None = None,
        link_place: LinkPlace | None = None,
    ) -> None:
        self.identity = identity
        self.name = name
        self.address = address
        self.cameras: set[UUID] = set()
        self._hub = hub
        self._camera_id = camera_id
        self._start = start
        self._connection = connection
        self._place = place
        self._link_place = link_place
        self._seat = Seat(lambda _seat: self._wake.set())
        self._wake = asyncio.Event()
        self._is_over = False
        #: Since when a picture is on its way; None while there is none.
        self._busy_s: float | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not self._place.begin():
            return
        self._loop = asyncio.get_running_loop()
        running = self._start()
        running.add_done_callback(self._end)
        guarding = connection_task("stream.mjpg: stuck?", self._cut_off_if_stuck())
        self._hub.add(self)
        try:
            if self._link_place is not None:
                await self._hub.link_places.take(self._link_place)
            await self._hub.join(self, self._camera_id)
            yield _FIRST
            while picture := await self._next():
                yield part(picture)
        finally:
            self._leave()
            guarding.cancel()
            running.remove_done_callback(self._end)
            if self._link_place is not None:
                await self._hub.link_places.free(self._link_place)

    def close(self) -> None:
        """The response is over, wherever it was: Django says so, in a thread."""
        self._place.free()
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
        self._place.free()
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
