"""The data channel `control`; where frames go over the publish socket, this does too."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Raw

from streaming.domain.liveness import Pause
from streaming.protocol.enums import VIDEO
from streaming.protocol.limits import MAX_CODECS
from streaming.protocol.message import PROTOCOL, UNREAD, VERSION, Message, about, known

CODECS = " and ".join(f"`{name}`" for name in VIDEO)

# From the camera


class CameraPing(Message, frozen=True, tag="ping"):
    """Every 500 ms, and at once when `paused` changes: a beat and a clock sample in one.
    `paused` says that no frames come, and why."""

    time: Annotated[float, about("ms on the camera's own clock")]
    paused: Annotated[Annotated[str, known(Pause)] | None, about("why (table below)")] = None


class Encoders(Message, frozen=True, tag="encoders"):
    """When the link opens, after `attached`, and whenever the list changes. Until it is sent, no
    video is wanted."""

    codecs: Annotated[
        tuple[Annotated[str, known(VIDEO)], ...],
        Meta(max_length=MAX_CODECS),
        about(f"which of {CODECS} the camera can encode at its size, best first"),
    ]


class CameraReport(Message, frozen=True, tag="report"):
    """The camera's own counts, once a second."""

    captured: Annotated[Raw, about("total", type="integer")] = UNREAD
    sent: Annotated[Raw, about("total", type="integer")] = UNREAD
    skipped: Annotated[Raw, about("total", type="integer")] = UNREAD
    encode_ms: Annotated[float | None, about("mean of a frame")] = None
    level: Annotated[
        float | None, about("by how many steps the camera has lowered its quality")
    ] = None


# From the server


class Pong(Message, frozen=True, tag="pong"):
    """The answer to `ping`, at once."""

    time: Annotated[float, about("as sent")]
    server_time: Annotated[float, about("ms")]
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


class Wanted(Message, frozen=True, tag="wanted"):
    """What somebody wants beside stills: after the camera's first message, and whenever it
    changes. Before it only stills are sent."""

    jpeg: Annotated[bool, about("whether JPEGs are wanted")]
    video: Annotated[str | None, about("in which codec, if at all", enum=[*VIDEO, None])]
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


class KeyFrame(Message, frozen=True, tag="key_frame"):
    """The next frame of video must be a key frame; at most once a second."""


class Watching(Message, frozen=True, tag="watching"):
    """Who watches, when it changes. A camera with a publish key hears no names: whoever has found
    its key learns of nobody."""

    count: Annotated[int, about("of all viewers")]
    names: Annotated[list[str], about("of the viewers who have a name")]


class Renamed(Message, frozen=True, tag="renamed"):
    """People call the camera something else than `welcome` said."""

    name: Annotated[str, about("as they call it now")]


class Received(Message, frozen=True, tag="received"):
    """What the server has taken of this session, once a second; every 250 ms in the first 2 s in
    which more is wanted."""

    frames: Annotated[int, about("total")]
    bytes: Annotated[int, about("total")]
    dropped: Annotated[int, about("total")]
    lost: Annotated[int, about("dropped frames that never arrived")]
    delay_ms: Annotated[float, about("how long frames waited on their way")]
    uplink_ms: Annotated[float, about("from capture to here, in the mean since the one before")]
    fps: Annotated[float, about("of the last seconds")]


class Refused(Message, frozen=True, tag="refused"):
    """Frames refused since the last such message, at most once a second."""

    reason: Annotated[str, about("one of section 1")]
    count: Annotated[int, about("of the frames")]


FromCamera: TypeAlias = CameraPing | Encoders | CameraReport
ToCamera: TypeAlias = Pong | Wanted | KeyFrame | Watching | Renamed | Received | Refused
