"""What a web process remembers of the cameras it relays: the API answers from it at once, and for
a while also when Redis does not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from streaming.backplane.store import IMAGE_TTL_S

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    value: T
    #: Of this process' monotonic clock.
    since_s: float

    @property
    def age_s(self) -> float:
        return time.monotonic() - self.since_s


class Memory(Generic[T]):
    """One value of each camera, for ten seconds. Written by the event loop, read by any thread."""

    def __init__(self) -> None:
        self._held: dict[UUID, Held[T]] = {}

    def put(self, camera_id: UUID, value: T) -> None:
        self._held[camera_id] = Held(value, time.monotonic())

    def get(self, camera_id: UUID) -> Held[T] | None:
        held = self._held.get(camera_id)
        return held if held is not None and held.age_s <= IMAGE_TTL_S else None

    def tidy(self) -> None:
        """Let go of what is too old to be given out."""
        self._held = {camera: held for camera in list(self._held) if (held := self.get(camera))}


#: Whoever reads more often than once a second...
_READS, _WITHIN_S = 3, 1.9
#: ...wants all the pictures, for so long after each time.
_WANTS_FOR_S = 3.0


class Readers:
    """Who reads single pictures of which camera so often that stills are too few for them.

    Told by any thread, asked by the event loop.
    """

    def __init__(self) -> None:
        #: When they last read, never empty; replaced and not changed, for other threads look at it.
        self._reads: dict[tuple[UUID, str], tuple[float, ...]] = {}

    def note(self, camera_id: UUID, reader: str) -> None:
        before = self._reads.get((camera_id, reader), ())
        self._reads[camera_id, reader] = (*before, time.monotonic())[-_READS:]

    def wanted(self) -> set[UUID]:
        """The cameras that should send more pictures; forgets readers who have stopped."""
        now_s = time.monotonic()
        reads = list(self._reads.items())
        for key, times in reads:
            if now_s - times[-1] > _WANTS_FOR_S:
                self._reads.pop(key, None)
        return {camera_id for (camera_id, _), times in reads if _is_often(times, now_s)}


def _is_often(times: tuple[float, ...], now_s: float) -> bool:
    is_now = now_s - times[-1] <= _WANTS_FOR_S
    return is_now and len(times) == _READS and times[-1] - times[0] < _WITHIN_S
