from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class Malformed(ValueError):
    """What is there is no frame of its codec, is not whole, or has another size than it says."""


class Unsupported(ValueError):
    """A picture of a kind that cameras have no need of, and that decoders pay dearly for."""


@dataclass(frozen=True, slots=True, eq=False)
class Codec:
    """What a picture is encoded in."""

    #: In a frame's header.
    number: int
    #: In messages, settings and metrics.
    name: str
    #: Whether frames build on each other; else each is a key frame.
    is_video: bool
    #: `clean(message, start, key, size)`: `message`, with nothing from `start` on but what decoders
    #: need; the same object where it is so already. Decodes nothing, and its work is bounded by the
    #: bytes of the message. Raises Malformed where a frame of this codec with this key bit and size
    #: does not begin at `start`, and Unsupported.
    clean: Callable[[bytes, int, bool, tuple[int, int]], bytes]


#: A part of a message to leave out, from and to where, and what comes in its place.
Cut = tuple[int, int, bytes]


def without(message: bytes, cuts: list[Cut]) -> bytes:
    """`message` without `cuts`, which are in order; itself if there are none."""
    if not cuts:
        return message
    whole, position = memoryview(message), 0
    parts: list[bytes | memoryview] = []
    for begin, end, instead in cuts:
        parts += (whole[position:begin], instead)
        position = end
    return b"".join((*parts, whole[position:]))
