from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from streaming.bus import FrameBus
from streaming.clock import ServerClock
from streaming.domain import messages, wire
from streaming.domain.liveness import FrameClock, Pause, State
from streaming.domain.mailbox import Mailbox
from streaming.domain.meter import Meter
from streaming.domain.tally import Tally
from streaming.redis import Unavailable
from streaming.store_writer import StoreWriter

logger = logging.getLogger(__name__)

MAX_CONTROL_BYTES = 16 * 1024
#: Ten seconds of frames: a larger gap in the numbers is no loss but a camera that counts oddly.
MOST_MISSING = 300
#: One frame in so many is written down as a sign of life.
FRAMES_PER_SIGN = 10
#: A capture time further away says nothing of the way here, only of the camera's clock.
MOST_UPLINK_MS = 60_000


@dataclass(slots=True)
class Totals:
    """What came in since the session began."""

    frames: int = 0
    bytes: int = 0
    dropped: int = 0


class Intake:
    """One camera's incoming frames, whichever way they come: session, counters, frame clock.

    Never waits for anybody: a frame that Redis does not take in time is replaced by the next.
    """

    def __init__(
        self,
        *,
        camera_id: UUID,
        slug: str,
        session: int,
        totals: Totals,
        bus: FrameBus,
        writer: StoreWriter,
        clock: ServerClock,
        send: Callable[[str], None],
    ) -> None:
        self.camera_id = camera_id
        self.session = session
        self.totals = totals
        self.label = f"camera {slug} session {session}"
        self.frame_clock = FrameClock(time.monotonic())
        self.width = 0
        self.height = 0
        self._bus = bus
        self._writer = writer
        self._clock = clock
        self._send = send
        self._newest_sequence = 0
        self._outgoing: Mailbox[UUID, bytes] = Mailbox()
        self._wake = asyncio.Event()
        self._meter = Meter()
        self._refused = Tally()
        self._uplink_ms = 0.0

    def frame(self, data: bytes | str) -> None:
        """Take one message of the frames channel."""
        now_s = time.monotonic()
        try:
            frame = self._checked(data)
        except wire.WireError as error:
            self._refuse(error.reason, now_s)
            return
        if frame.sequence <= self._newest_sequence:
            # Overtaken on the unordered channel, and counted as missing when it was.
            return
        if self._newest_sequence:
            missing = frame.sequence - self._newest_sequence - 1
            self.totals.dropped += min(missing, MOST_MISSING)
        self._newest_sequence = frame.sequence
        self._count(frame, now_s)
        self._outgoing.put(self.camera_id, frame.message)
        self._wake.set()

    def control(self, text: str) -> None:
        """Take one message of the control channel."""
        try:
            self.act(messages.parse(text, MAX_CONTROL_BYTES))
        except messages.MessageError as error:
            self._refused.add("control")
            logger.debug("%s: control message refused: %s", self.label, error)

    def act(self, message: Mapping[str, Any]) -> None:
        """Take a control message, however it came. Raises MessageError."""
        now_s = time.monotonic()
        match message["type"]:
            case "ping":
                sent = messages.number(message, "time")
                paused = messages.optional_text(message, "paused")
                self.frame_clock.beat(now_s, Pause(paused) if paused else None)
                self._say("pong", time=sent, server_time=self._clock.now_ms())
            case "report":
                self.frame_clock.beat(now_s, self.frame_clock.pause)
            case other:
                raise messages.MessageError(f"Unknown type {other!r}.")

    async def run(self) -> None:
        """Publish what comes in, for ever."""
        failing = False
        while True:
            await self._wake.wait()
            self._wake.clear()
            while len(self._outgoing):
                _, message = self._outgoing.take()
                try:
                    await self._bus.publish(self.camera_id, message)
                except Unavailable as error:
                    self.totals.dropped += 1
                    if not failing:
                        logger.warning("%s: Redis takes no frames: %s", self.label, error)
                    failing = True
                else:
                    failing = False

    def state(self) -> State:
        return self.frame_clock.state(time.monotonic())

    def report(self) -> None:
        """Tell the camera once a second what arrived, and what was refused."""
        now_s = time.monotonic()
        totals = self.totals
        self._say(
            "received",
            frames=totals.frames,
            bytes=totals.bytes,
            dropped=totals.dropped,
            fps=round(self._meter.frames_per_s(now_s), 1),
        )
        for reason, count in self._refused.news(now_s).items():
            logger.warning("%s: refused %d frames: %s", self.label, count, reason)
            self._say("refused", reason=reason, count=count)

    def watching(self, names: tuple[str, ...]) -> None:
        self._say("watching", count=len(names), names=sorted({name for name in names if name}))

    @property
    def fps(self) -> float:
        return self._meter.frames_per_s(time.monotonic())

    @property
    def bits_per_s(self) -> float:
        return self._meter.bits_per_s(time.monotonic())

    @property
    def uplink_ms(self) -> float:
        return self._uplink_ms

    def _checked(self, data: bytes | str) -> wire.Frame:
        if isinstance(data, str):
            raise wire.WireError("text")
        frame = wire.unpack(data)
        if frame.session != self.session:
            raise wire.WireError("session")
        if frame.codec is not wire.Codec.JPEG:
            # Nothing downstream decodes video yet.
            raise wire.WireError("codec")
        return frame

    def _count(self, frame: wire.Frame, now_s: float) -> None:
        now_ms = self._clock.now_ms()
        self.frame_clock.frame(now_s)
        self.totals.frames += 1
        self.totals.bytes += len(frame.message)
        self._meter.add(now_s, len(frame.message))
        self.width, self.height = frame.width, frame.height
        uplink_ms = now_ms - frame.captured_at
        if abs(uplink_ms) <= MOST_UPLINK_MS:
            # A moving average over about a second at 30 fps.
            self._uplink_ms += (uplink_ms - self._uplink_ms) / 30
        self._writer.image(self.camera_id, frame.message, now_ms)
        if self.totals.frames % FRAMES_PER_SIGN == 0:
            self._writer.seen(self.camera_id, now_ms)

    def _refuse(self, reason: str, now_s: float) -> None:
        self.totals.dropped += 1
        self._refused.add(reason)
        # Even a refused frame says that the camera is there.
        self.frame_clock.beat(now_s, pause=None)

    def _say(self, kind: str, **fields: Any) -> None:
        self._send(json.dumps({"type": kind, **fields}))
