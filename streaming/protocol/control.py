"""The data channel `control`; where frames go over the publish socket, this does too."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Raw

from streaming.domain.liveness import Pause
from streaming.protocol.enums import VIDEO
from streaming.protocol.limits import MAX_CODECS
from streaming.protocol.message import PROTOCOL, UNREAD, Message, about, known

CODECS = ", ".join(f"`{name}`" for name in VIDEO)

# From the camera


class CameraPing(Message, frozen=True, tag="ping"):
    """Every 500 ms, and at once when `paused` changes: a beat and a clock sample in one.
    `paused` says that no frames come, and why: `hidden` (the page is), `interrupted` (the system
    took the camera away for a while), `unplugged`, `denied` (permission withdrawn) or `other`."""

    time: Annotated[float, about("ms on the camera's own clock")]
    paused: Annotated[Annotated[str, known(Pause)] | None, about("why")] = None


class Encoders(Message, frozen=True, tag="encoders"):
    """As the way opens, after `attached`, and whenever the list changes; without it no video is
    wanted."""

    codecs: Annotated[
        tuple[Annotated[str, known(VIDEO)], ...],
        Meta(max_length=MAX_CODECS),
        about(f"of {CODECS} those that the camera can encode at its size, the best first"),
    ]


class CameraReport(Message, frozen=True, tag="report"):
    """Once a second."""

    captured: Annotated[Raw, about("total", type="integer")] = UNREAD
    sent: Annotated[Raw, about("total", type="integer")] = UNREAD
    skipped: Annotated[Raw, about("total", type="integer")] = UNREAD
    encode_ms: Annotated[float | None, about("mean")] = None
    level: Annotated[
        float | None, about("by how many steps the camera has lowered its quality")
    ] = None


# From the server


class Pong(Message, frozen=True, tag="pong"):
    """At once."""

    time: Annotated[float, about("as sent")]
    server_time: Annotated[float, about("ms")]


class Wanted(Message, frozen=True, tag="wanted"):
    """What somebody wants beside stills: after the camera's first message, and whenever it
    changes. Before it only stills are sent."""

    jpeg: bool
    video: Annotated[str | None, about(CODECS, enum=[*VIDEO, None])]
    protocol: Annotated[int, about("the version of the protocol")] = PROTOCOL


class KeyFrame(Message, frozen=True, tag="key_frame"):
    """The next frame of video must be a key frame; at most once a second."""


class Watching(Message, frozen=True, tag="watching"):
    """Who watches, when it changes."""

    count: int
    names: Annotated[list[str], about("of those who have one")]


class Received(Message, frozen=True, tag="received"):
    """Once a second."""

    frames: Annotated[int, about("total")]
    bytes: Annotated[int, about("total")]
    dropped: Annotated[int, about("total")]
    lost: Annotated[int, about("of the dropped those that never came")]
    delay_ms: float
    fps: float


class Refused(Message, frozen=True, tag="refused"):
    """Frames refused since the last such message, at most once a second."""

    reason: Annotated[str, about("of section 1")]
    count: int


FromCamera: TypeAlias = CameraPing | Encoders | CameraReport
ToCamera: TypeAlias = Pong | Wanted | KeyFrame | Watching | Received | Refused
