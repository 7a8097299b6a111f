"""The frame envelope of docs/protocol.md, section 1."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from streaming.domain.codecs import BY_NUMBER
from streaming.domain.codecs.codec import Codec, Malformed, Unsupported
from streaming.domain.described import Described

VERSION = 1
#: Header and payload: a key frame of 4K at its best. What browsers send has bounds of its own.
MAX_MESSAGE_BYTES = 1_048_576
#: Either side of the picture, which 4K needs; unpacked it takes a viewer 64 MiB at the most.
MAX_SIDE = 4096
KEY = 0x01


class Rendition(IntEnum):
    STILL = 1
    JPEG = 2
    VIDEO = 3


class Field(NamedTuple):
    """A part of the header."""

    name: str
    #: As `struct` names its type.
    code: str
    values: str


FIELDS = (
    Field("version", "B", str(VERSION)),
    Field("rendition", "B", ", ".join(f"{each} {each.name.lower()}" for each in Rendition)),
    Field("codec", "B", ", ".join(f"{n} {BY_NUMBER[n].name}" for n in sorted(BY_NUMBER))),
    Field("flags", "B", "bit 0: key frame (always set for JPEG); other bits 0"),
    Field("session", "I", "the number that the answer to the offer gave"),
    Field(
        "sequence",
        "I",
        "starts at 1, grows by one with each frame sent of its kind: pictures (`still` and `jpeg`"
        " together) and video are counted apart",
    ),
    Field("captured_at", "d", "server time at which the picture was captured, ms"),
    Field("width", "H", f"1 to {MAX_SIDE}"),
    Field("height", "H", f"1 to {MAX_SIDE}"),
)
HEADER = struct.Struct(">" + "".join(field.code for field in FIELDS))


class Reason(Described):
    """Why a frame is refused."""

    EMPTY = "empty", "has no bytes, or no payload"
    TOO_SHORT = "too_short", "is shorter than its header"
    TOO_LARGE = "too_large", "is larger than its transport allows: 262,144 bytes"
    VERSION = "version", "has another version"
    RENDITION = "rendition", "has a rendition that the table does not know"
    CODEC = (
        "codec",
        "has a codec that the table does not know, that does not go with the rendition, or that"
        " the camera's setting does not admit",
    )
    FLAGS = "flags", "has flags that the table does not know, or is a JPEG without its key bit"
    SIZE = "size", f"has a width or height of 0 or above {MAX_SIDE}"
    CAPTURED_AT = "captured_at", "has a time that is not finite, or negative"
    SESSION = "session", "belongs to another session"
    JPEG = (
        "jpeg",
        "says JPEG and is not one, is cut off, its picture has another size, or lacks a table, a"
        " restart marker or the end",
    )
    VIDEO = (
        "video",
        "says VP8 or H.264 and does not look like it: no start code, a key bit that is wrong, a"
        " key frame of another size, or one of H.264 without its parameters or without a slice",
    )
    UNSUPPORTED = (
        "unsupported",
        "is a JPEG other than baseline with one scan, 8 bits, and grey or three colours, or H.264"
        " with other colours than 4:2:0 of 8 bits, or of which a part is hidden",
    )
    FRAME_RATE = (
        "frame_rate",
        'is above the limit of pictures, or of frames of video, a second (section 2, "Limits")',
    )
    BYTES_PER_S = "bytes_per_s", "is above the limit of bytes a second"
    TEXT = "text", "is a text message on the binary channel"
    CONTROL = "control", "is none: a control message was not understood, and is ignored"


class WireError(ValueError):
    """A frame that breaks the protocol."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


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

    Raises WireError(Reason.TOO_LARGE) over MAX_MESSAGE_BYTES.
    """
    if HEADER.size + len(payload) > MAX_MESSAGE_BYTES:
        raise WireError(Reason.TOO_LARGE)
    flags = KEY if key else 0
    header = HEADER.pack(
        VERSION, rendition, codec.number, flags, session, sequence, captured_at, width, height
    )
    return header + payload


def unpack(message: bytes) -> Frame:
    """The frame in a message, checked against every rule that needs no other frame.

    Its `message` is the same object where the picture is all that is in it; what decoders have no
    need of, such as Exif, is left out. Raises WireError with the reason.
    """
    if not message:
        raise WireError(Reason.EMPTY)
    if len(message) < HEADER.size:
        raise WireError(Reason.TOO_SHORT)
    if len(message) > MAX_MESSAGE_BYTES:
        raise WireError(Reason.TOO_LARGE)
    if len(message) == HEADER.size:
        raise WireError(Reason.EMPTY)
    version, rendition, number, flags, session, sequence, captured_at, width, height = (
        HEADER.unpack_from(message)
    )
    if version != VERSION:
        raise WireError(Reason.VERSION)
    if rendition not in _RENDITIONS:
        raise WireError(Reason.RENDITION)
    codec = BY_NUMBER.get(number)
    if codec is None or codec.is_video is not (rendition == Rendition.VIDEO):
        raise WireError(Reason.CODEC)
    key = flags == KEY
    if not key and (flags or not codec.is_video):
        raise WireError(Reason.FLAGS)
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise WireError(Reason.SIZE)
    if not (math.isfinite(captured_at) and captured_at >= 0):
        raise WireError(Reason.CAPTURED_AT)
    try:
        message = codec.clean(message, HEADER.size, key, (width, height))
    except Malformed as error:
        raise WireError(Reason.VIDEO if codec.is_video else Reason.JPEG) from error
    except Unsupported as error:
        raise WireError(Reason.UNSUPPORTED) from error
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
