"""The frame envelope of docs/protocol.md, section 1."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from streaming.domain.codecs import BY_NUMBER
from streaming.domain.codecs.codec import Codec

VERSION = 1
HEADER = struct.Struct(">BBBBIIdHH")
#: Header and payload: a key frame of 4K at its best. What browsers send has bounds of its own.
MAX_MESSAGE_BYTES = 1_048_576
#: Either side of the picture, which 4K needs; unpacked it takes a viewer 64 MiB at the most.
MAX_SIDE = 4096
KEY = 0x01

Reason = Literal[
    "empty",
    "too_short",
    "too_large",
    "version",
    "rendition",
    "codec",
    "flags",
    "size",
    "captured_at",
    "session",
    "jpeg",
    "video",
    "text",
]


class WireError(ValueError):
    """A frame that breaks the protocol; `reason` is the one of docs/protocol.md."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Rendition(IntEnum):
    STILL = 1
    JPEG = 2
    VIDEO = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One encoded picture. `message` is the whole envelope as it travels, header included."""

    rendition: Rendition
    codec: Codec
    key: bool
    session: int
    sequence: int
    #: Server time, ms.
    captured_at: float
    width: int
    height: int
    message: bytes

    @property
    def payload(self) -> memoryview:
        return memoryview(self.message)[HEADER.size :]

    @property
    def order(self) -> tuple[int, int]:
        """What only ever grows for one camera, of its pictures and of its video apart."""
        return (self.session, self.sequence)


def pack(
    *,
    rendition: Rendition,
    codec: Codec,
    key: bool,
    session: int,
    sequence: int,
    captured_at: float,
    width: int,
    height: int,
    payload: bytes,
) -> bytes:
    """The message of a frame.

    Raises WireError("too_large") over MAX_MESSAGE_BYTES.
    """
    if HEADER.size + len(payload) > MAX_MESSAGE_BYTES:
        raise WireError("too_large")
    flags = KEY if key else 0
    header = HEADER.pack(
        VERSION, rendition, codec.number, flags, session, sequence, captured_at, width, height
    )
    return header + payload


def unpack(message: bytes) -> Frame:
    """The frame in a message, checked against every rule that needs no other frame.

    Its `message` is the same unless decoders would stumble over what comes before the picture.
    Raises WireError with the reason.
    """
    if not message:
        raise WireError("empty")
    if len(message) < HEADER.size:
        raise WireError("too_short")
    if len(message) > MAX_MESSAGE_BYTES:
        raise WireError("too_large")
    if len(message) == HEADER.size:
        raise WireError("empty")
    version, rendition, number, flags, session, sequence, captured_at, width, height = (
        HEADER.unpack_from(message)
    )
    if version != VERSION:
        raise WireError("version")
    if rendition not in _RENDITIONS:
        raise WireError("rendition")
    codec = BY_NUMBER.get(number)
    if codec is None or codec.is_video is not (rendition == Rendition.VIDEO):
        raise WireError("codec")
    key = flags == KEY
    if not key and (flags or not codec.is_video):
        raise WireError("flags")
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise WireError("size")
    if not (math.isfinite(captured_at) and captured_at >= 0):
        raise WireError("captured_at")
    begin = codec.begin(message, HEADER.size, key, (width, height))
    if begin is None:
        raise WireError("video" if codec.is_video else "jpeg")
    if begin != HEADER.size:
        message = message[: HEADER.size] + message[begin:]
    return Frame(
        _RENDITIONS[rendition],
        codec,
        key,
        session,
        sequence,
        captured_at,
        width,
        height,
        message,
    )


# A dict costs a tenth of the enum's own look-up, 30 times a second and camera.
_RENDITIONS = {int(rendition): rendition for rendition in Rendition}


@dataclass(frozen=True, slots=True)
class Head:
    """What a relay must know of a frame."""

    rendition: Rendition
    codec: Codec
    key: bool
    #: Session and number within its kind: what only ever grows for one camera.
    order: tuple[int, int]


def head_of(message: bytes) -> Head:
    """The head of a message that was checked before."""
    _version, rendition, codec, flags, session, sequence = _HEAD.unpack_from(message)
    order = (session, sequence)
    return Head(_RENDITIONS[rendition], BY_NUMBER[codec], bool(flags & KEY), order)


def captured_at(message: bytes) -> float:
    """`Frame.captured_at` of a message that was checked before."""
    captured: float
    (captured,) = _CAPTURED_AT.unpack_from(message, _HEAD.size)
    return captured


_HEAD = struct.Struct(">BBBBII")
_CAPTURED_AT = struct.Struct(">d")
