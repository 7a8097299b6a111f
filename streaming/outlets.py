"""The way out to one viewer: its newest frames, and what must be said between them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from streaming.direct import DirectWrite
from streaming.domain import websocket
from streaming.domain.mailbox import Mailbox
from streaming.domain.window import SendWindow

logger = logging.getLogger(__name__)

#: A viewer to whom no frame could be handed over for so long reads nothing any more.
STUCK_AFTER_S = 10.0
#: For frames that wait while no further one comes: those are sent as soon as the way is clear.
SWEEP_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame's message, and the same as a WebSocket frame: made once for all viewers."""

    message: bytes
    framed: bytes

    @classmethod
    def of(cls, message: bytes) -> Outgoing:
        return cls(message, websocket.binary(message))


class Outlet(Protocol):
    """No call but `run` waits, and none raises."""

    #: Frames of each camera that were replaced by newer ones before they could be sent.
    skipped: Counter[UUID]

    @property
    def windows(self) -> Mapping[UUID, SendWindow]:
        """What bounds the frames of each camera."""

    def frame(self, camera_id: UUID, frame: Outgoing) -> None: ...

    def text(self, key: object, content: str) -> None:
        """Said before any frame that comes after it; may replace what has the same key."""

    def discard(self, camera_id: UUID) -> None:
        """Forget the frame that waits."""

    def end(self) -> None:
        """There will be no more to say."""

    async def run(self) -> None:
        """To the end."""


class _Windows(dict[UUID, SendWindow]):
    """One for each camera of a viewer."""

    def __missing__(self, camera_id: UUID) -> SendWindow:
        window = self[camera_id] = SendWindow(time.monotonic())
        return window


class SendOutlet:
    """Sends as any ASGI server takes it: one message at a time, each awaited."""

    def __init__(self, send: Callable[..., Awaitable[None]]) -> None:
        self.skipped: Counter[UUID] = Counter()
        self._send = send
        self._mailbox: Mailbox[object, Outgoing | str] = Mailbox()
        self.windows = _Windows()
        self._wake = asyncio.Event()
        self._ending = False

    def frame(self, camera_id: UUID, frame: Outgoing) -> None:
        now_s = time.monotonic()
        window = self.windows[camera_id]
        admitted = window.admits(now_s)
        if not admitted or camera_id in self._mailbox:
            self.skipped[camera_id] += 1
        if admitted:
            window.wrote(len(frame.message), now_s)
            self._put(camera_id, frame)

    def text(self, key: object, content: str) -> None:
        self._put(key, content)

    def discard(self, camera_id: UUID) -> None:
        self._mailbox.discard(camera_id)

    def end(self) -> None:
        self._ending = True
        self._wake.set()

    async def run(self) -> None:
        while not self._ending:
            await self._wake.wait()
            self._wake.clear()
            while len(self._mailbox):
                _key, item = self._mailbox.take()
                if isinstance(item, str):
                    await self._send(text_data=item)
                else:
                    await self._send(bytes_data=item.message)

    def _put(self, key: object, item: Outgoing | str) -> None:
        self._mailbox.put(key, item)
        self._wake.set()


class DirectOutlet:
    """Writes to the connection itself, and only what goes out at once.

    A frame is written when nothing waits before it, neither here nor in the kernel; else it waits
    for the next one to take its place. So a slow viewer is never more than one frame behind, and
    costs the others nothing.
    """

    def __init__(self, direct: DirectWrite, late: set[DirectOutlet]) -> None:
        self.skipped: Counter[UUID] = Counter()
        self._direct = direct
        #: Those for whom a frame waits.
        self._late = late
        self._waiting: dict[UUID, Outgoing] = {}
        self.windows = _Windows()
        self._clear_s = 0.0
        self._ended = asyncio.Event()

    def frame(self, camera_id: UUID, frame: Outgoing) -> None:
        if not self._waiting:
            window = self.windows[camera_id]
            if window.is_unbounded and self._direct.offer(frame.framed):
                window.wrote(len(frame.message), time.monotonic())
                return
            self._clear_s = time.monotonic()
            self._late.add(self)
        elif camera_id in self._waiting:
            self.skipped[camera_id] += 1
        self._waiting[camera_id] = frame
        self.flush()

    def text(self, key: object, content: str) -> None:
        if self._direct.is_open:
            self._direct.write(websocket.text(content))

    def discard(self, camera_id: UUID) -> None:
        self._waiting.pop(camera_id, None)

    def end(self) -> None:
        self._ended.set()

    async def run(self) -> None:
        await self._ended.wait()

    def flush(self) -> None:
        """Send what waits, as far as the way is clear."""
        direct, now_s = self._direct, time.monotonic()
        if direct.is_open:
            for camera_id, frame in list(self._waiting.items()):
                if direct.pending:
                    return
                self._clear_s = now_s
                window = self.windows[camera_id]
                if window.admits(now_s):
                    del self._waiting[camera_id]
                    direct.write(frame.framed)
                    window.wrote(len(frame.message), now_s)
            if self._waiting:
                return
        self._late.discard(self)

    def is_stuck(self) -> bool:
        return time.monotonic() - self._clear_s > STUCK_AFTER_S

    def abort(self) -> None:
        self._late.discard(self)
        self._direct.abort()


class DirectOutlets:
    """Looks after the viewers of one process for whom frames wait."""

    def __init__(self) -> None:
        #: Viewers whose connection was ended because they read nothing any more.
        self.cut_off = 0
        self._late: set[DirectOutlet] = set()

    def open(self, direct: DirectWrite) -> DirectOutlet:
        return DirectOutlet(direct, self._late)

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            for outlet in list(self._late):
                outlet.flush()
            stuck = [outlet for outlet in self._late if outlet.is_stuck()]
            for outlet in stuck:
                outlet.abort()
            if stuck:
                self.cut_off += len(stuck)
                logger.warning("%d viewers read nothing for %.0f s", len(stuck), STUCK_AFTER_S)
