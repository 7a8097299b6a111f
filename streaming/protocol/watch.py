"""The watch socket: what a viewer asks for, and what it hears between the frames."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Raw, UnsetType

from streaming.domain.choice import Asked
from streaming.domain.liveness import State
from streaming.protocol.control import Pong
from streaming.protocol.enums import WatchErrorCode
from streaming.protocol.limits import MAX_CAMERAS, MAX_CODECS, MAX_FPS, MIN_FPS
from streaming.protocol.message import PROTOCOL, UNREAD, Message, about

# From the viewer


class Subscribe(Message, frozen=True, tag="subscribe"):
    """Frames and states of these, added to what is subscribed; no more than so many frames of each
    per second. With `fps` below 30 there is no video, whatever `video` says: of its chain no frame
    can be left out. Said again of a camera it changes `fps`, `video` and `rendition`."""

    # Too many are told so in words; the size of a message bounds them here.
    cameras: Annotated[tuple[str, ...], about(f"up to {MAX_CAMERAS} slugs")]
    fps: Annotated[
        Annotated[float, Meta(ge=MIN_FPS, le=MAX_FPS)] | None, about(f"{MIN_FPS} to {MAX_FPS}")
    ] = None
    video: Annotated[
        tuple[str, ...],
        Meta(max_length=MAX_CODECS),
        about("the codecs that the viewer decodes, the best first"),
    ] = ()
    rendition: Annotated[
        Asked | None, about("`still`, `jpeg`, `video`, or `auto`, the default")
    ] = None


class Unsubscribe(Message, frozen=True, tag="unsubscribe"):
    """No more of these."""

    cameras: Annotated[
        tuple[str, ...], Meta(max_length=MAX_CAMERAS), about(f"up to {MAX_CAMERAS} slugs")
    ]


class ViewerReport(Message, frozen=True, tag="report"):
    """Every 5 s for each camera; at once, but at most twice a second, when latency passes
    250 ms."""

    camera: Annotated[str, about("slug")]
    bytes: Annotated[float, about("of its frames, received on this socket in all", type="integer")]
    latency_ms: Annotated[float | None, about("capture to drawn")] = None
    sequence: Annotated[Raw, about("newest drawn", type="integer")] = UNREAD


class AskKeyFrame(Message, frozen=True, tag="key_frame"):
    """The viewer's decoder has lost the chain: it goes on at a key frame."""

    camera: Annotated[str, about("slug")]


class AskStages(Message, frozen=True, tag="stages"):
    """Asked for at most once a second, while somebody looks at the details."""

    camera: Annotated[str, about("slug")]


class ViewerPing(Message, frozen=True, tag="ping"):
    """Clock sample: three at once after connecting, then every second up to 8 samples, then every
    10 s; every 2 s while no frames come; at once when the device has slept."""

    time: Annotated[float, about("ms on the viewer's clock")]


# From the server


class CameraState(Message, frozen=True, tag="state"):
    """After `subscribe`, and whenever it changes."""

    camera: Annotated[str, about("slug")]
    state: State
    session: Annotated[int | None, about("number")]
    reason: Annotated[str | None, about("why it is off or paused")]
    watching: Annotated[int, about("count")]
    protocol: Annotated[int, about("the version of the protocol")] = PROTOCOL


class Stages(Message, frozen=True, tag="stages"):
    """Answer to `stages`, means of the last seconds: from capture to encoded, from there to the
    server, and from there to written to this socket."""

    camera: Annotated[str, about("slug")]
    camera_ms: float
    uplink_ms: float
    server_ms: float


class WatchError(Message, frozen=True, tag="error"):
    """Something was refused."""

    code: WatchErrorCode
    message: Annotated[str, about("a sentence for people")]
    camera: Annotated[str | UnsetType, about("slug")] = UNSET


FromViewer: TypeAlias = (
    Subscribe | Unsubscribe | ViewerReport | AskKeyFrame | AskStages | ViewerPing
)
ToViewer: TypeAlias = CameraState | Stages | Pong | WatchError
