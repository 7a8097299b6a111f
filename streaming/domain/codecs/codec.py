from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Codec:
    """What a picture is encoded in."""

    #: In a frame's header.
    number: int
    #: In messages, settings and metrics.
    name: str
    #: Whether frames build on each other; else each is a key frame.
    is_video: bool
    #: `begin(data, start, key, size)`: where in `data` the frame begins that decoders take. That is
    #: `start`, or later where something else comes first; None if what stands there does not look
    #: like a frame of this codec, with this key bit and size. It decodes nothing.
    begin: Callable[[bytes, int, bool, tuple[int, int]], int | None]
