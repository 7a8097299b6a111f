"""A viewer without a browser, which reports as a page does, and what it saw."""

from __future__ import annotations

import asyncio
import contextlib
import io
import itertools
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from PIL import Image
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.conditions import percentile
from streaming.domain import wire

#: As static/js/watch/connection/reports.js: every so often, sooner where pictures come late, and in
#: the beginning after so many bytes, until so many have come.
_REPORT_S, _LATE_MS, _LATE_REPORT_S = 5.0, 250.0, 0.5
_EARLY_EVERY_BYTES, _EARLY_BYTES = 64_000, 512_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame as it arrived: when (s, monotonic), and how old it was (ms)."""

    frame: wire.Frame
    at_s: float
    age_ms: float


class Viewer:
    """Watches one camera; frames and states are noted as they come."""

    def __init__(self, slug: str, socket: ClientConnection) -> None:
        self.seen: list[Seen] = []
        self.state = ""
        self.has_ended = False
        self._slug = slug
        self._socket = socket
        self._received = 0
        self._reported = -_EARLY_EVERY_BYTES
        self._reported_s = time.monotonic()

    async def watch(self) -> None:
        """To the end of the socket."""
        try:
            await self._say("subscribe", cameras=[self._slug])
            async for message in self._socket:
                if isinstance(message, str):
                    said = json.loads(message)
                    self.state = said.get("state", self.state)
                else:
                    await self._take(message)
        finally:
            self.has_ended = True

    async def saw(self, seconds: float) -> Record:
        """What came within this time."""
        first = len(self.seen)
        await asyncio.sleep(seconds)
        return Record(self.seen[first:])

    async def _take(self, message: bytes) -> None:
        now_s = time.monotonic()
        frame = wire.unpack(message)
        # One machine: its clock is the server's.
        age_ms = time.time() * 1000 - frame.captured_at
        self.seen.append(Seen(frame, now_s, age_ms))
        self._received += len(message)
        due_s = _LATE_REPORT_S if age_ms > _LATE_MS else _REPORT_S
        is_early = self._received < _EARLY_BYTES
        is_due = is_early and self._received - self._reported >= _EARLY_EVERY_BYTES
        if is_due or now_s - self._reported_s >= due_s:
            self._reported, self._reported_s = self._received, now_s
            await self._say(
                "report",
                camera=self._slug,
                sequence=frame.sequence,
                latency_ms=round(age_ms),
                bytes=self._received,
            )

    async def _say(self, kind: str, **fields: Any) -> None:
        await self._socket.send(json.dumps({"type": kind, **fields}))


@contextlib.asynccontextmanager
async def watching(url: str, slug: str, cookies: str, by: str = "") -> AsyncIterator[Viewer]:
    """A viewer of the server at `url`, such as http://127.0.0.1:8000, who comes `by` a relay."""
    way = by or url
    async with connect(
        f"{way.replace('http', 'ws', 1)}/ws/watch/",
        origin=way,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookies},
        proxy=None,
        compression=None,
        max_queue=None,
    ) as socket:
        viewer = Viewer(slug, socket)
        work = asyncio.create_task(viewer.watch())
        try:
            yield viewer
        finally:
            work.cancel()
            await asyncio.wait([work])


@dataclass(frozen=True, slots=True)
class Record:
    """Frames that one viewer saw in a row."""

    seen: list[Seen]

    @property
    def frames_per_s(self) -> float:
        if len(self.seen) < 2:
            return 0.0
        return (len(self.seen) - 1) / (self.seen[-1].at_s - self.seen[0].at_s)

    def age_ms(self, share: float) -> float:
        """The age that this share (0 to 1) of the frames do not exceed."""
        return percentile([each.age_ms for each in self.seen], share)

    def is_in_order(self) -> bool:
        orders = [each.frame.order for each in self.seen]
        return all(before < after for before, after in itertools.pairwise(orders))

    def is_whole(self) -> bool:
        """Whether every picture decodes to its last line."""
        try:
            for each in self.seen:
                Image.open(io.BytesIO(each.frame.payload)).load()
        except OSError:
            return False
        return True

    def __str__(self) -> str:
        return (
            f"{self.frames_per_s:.1f} fps, {self.age_ms(0.5):.0f} ms old at the median, "
            f"{self.age_ms(0.95):.0f} ms at the 95th percentile, "
            f"{sum(len(each.frame.message) for each in self.seen) * 8 / 1e6:.1f} Mbit in all"
        )
