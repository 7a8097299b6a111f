"""What a web process remembers of the cameras it relays: the API answers from it at once, and for
a while also when Redis does not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from streaming.store import IMAGE_TTL_S, Image, LiveState

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


#: Of this process: newest frames, and states as Redis last told them.
images: Memory[Image] = Memory()
states: Memory[LiveState] = Memory()
