"""The watch socket: what a viewer asks for, and what it hears between the frames."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Raw, UnsetType

from streaming.domain.choice import Asked
from streaming.domain.liveness import State
from streaming.protocol.control import Pong
from streaming.protocol.enums import Denial, WatchErrorCode
from streaming.protocol.facts import ListedCamera
from streaming.protocol.limits import MAX_CAMERAS, MAX_CODECS, MAX_FPS, MAX_SLUG_LENGTH, MIN_FPS
from streaming.protocol.message import PROTOCOL, UNREAD, VERSION, Message, about

_AS_SUBSCRIBED = "as in `subscribe`"

# From the viewer


class ViewerAuthenticate(Message, frozen=True, tag="authenticate"):
    """For programs: watches as the person whose token it is. Comes first, if at all; without it
    the user is meant who has signed in on the page. Answered by `welcome`."""

    token: Annotated[str, about("API token")]


class Subscribe(Message, frozen=True, tag="subscribe"):
    """Adds these cameras: their states and at most `fps` frames a second of each. Below 30 there is
    no video, because no frame of a chain can be left out. Sent again for a camera, it changes
    `fps`, `video` and `rendition`."""

    # Too many are told so in words; the size of a message bounds them here.
    cameras: Annotated[tuple[str, ...], about(f"up to {MAX_CAMERAS} ids or slugs")]
    fps: Annotated[
        Annotated[float, Meta(ge=MIN_FPS, le=MAX_FPS)] | None, about("every frame by default")
    ] = None
    video: Annotated[
        tuple[str, ...],
        Meta(max_length=MAX_CODECS),
        about("the codecs that the viewer decodes, best first"),
    ] = ()
    rendition: Annotated[
        Asked | None, about("`still`, `jpeg`, `video`, or `auto`, the default")
    ] = None


class Unsubscribe(Message, frozen=True, tag="unsubscribe"):
    """Removes these cameras."""

    cameras: Annotated[
        tuple[str, ...], Meta(max_length=MAX_CAMERAS), about(f"up to {MAX_CAMERAS} ids or slugs")
    ]


class Follow(Message, frozen=True, tag="follow"):
    """Asks for `cameras`: now, and whenever it changes. Sent again, it changes what is followed."""

    group: Annotated[
        Annotated[str, Meta(max_length=MAX_SLUG_LENGTH)] | None,
        about("slug of a group of cameras, whose cameras alone are told"),
    ] = None


class ViewerReport(Message, frozen=True, tag="report"):
    """After the first frame of each camera and then after each 64 kB, until 512 kB have come; every
    5 s; at once, but at most twice a second, when latency passes 250 ms."""

    camera: Annotated[str, about(_AS_SUBSCRIBED)]
    bytes: Annotated[float, about("of its frames, received on this socket in all")]
    latency_ms: Annotated[float | None, about("capture to drawn")] = None
    sequence: Annotated[Raw, about("newest drawn", type="integer")] = UNREAD


class AskKeyFrame(Message, frozen=True, tag="key_frame"):
    """The viewer's decoder lost the chain and needs a key frame."""

    camera: Annotated[str, about(_AS_SUBSCRIBED)]


class AskStages(Message, frozen=True, tag="stages"):
    """Asks for the stages of the latency, at most once a second, while somebody looks at the
    details."""

    camera: Annotated[str, about(_AS_SUBSCRIBED)]


class ViewerPing(Message, frozen=True, tag="ping"):
    """Clock sample: three at once after connecting, then every second up to 8 samples, then every
    10 s; every 2 s while no frames come, or come late; at once when the device has slept."""

    time: Annotated[float, about("ms on the viewer's clock")]


# From the server


class ViewerWelcome(Message, frozen=True, tag="welcome"):
    """The token is valid."""

    name: Annotated[str, about("of the person whose token it is")]
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


class CameraState(Message, frozen=True, tag="state"):
    """After `subscribe`, and whenever it changes."""

    camera: Annotated[str, about(_AS_SUBSCRIBED)]
    state: Annotated[State, about("see the table below")]
    session: Annotated[int | None, about("its number")]
    reason: Annotated[str | None, about("why it is off, paused or lost")]
    since: Annotated[float | None, about("when the state began: server time, ms")]
    publisher: Annotated[
        str | None,
        about("who publishes, or did last; null for visitors and links, who aren't told"),
    ]
    watching: Annotated[int, about("how many watch")]
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


class Stages(Message, frozen=True, tag="stages"):
    """Answer to `stages`: means of the last seconds."""

    camera: Annotated[str, about(_AS_SUBSCRIBED)]
    camera_ms: Annotated[float, about("from capture to encoded")]
    uplink_ms: Annotated[float, about("from there to the server")]
    server_ms: Annotated[float, about("from there to written to this socket")]


class Cameras(Message, frozen=True, tag="cameras"):
    """After `follow`, and within a second whenever it changes: every camera that the viewer may
    watch, or those of the group, by name. None of a group that isn't there, or not for them."""

    cameras: tuple[ListedCamera, ...]
    group: Annotated[str | UnsetType, about("what the group is called")] = UNSET


class WatchError(Message, frozen=True, tag="error"):
    """Something was refused: a code, and a sentence that says what to do."""

    code: WatchErrorCode
    message: Annotated[str, about("a sentence for people")]
    camera: Annotated[str | UnsetType, about(_AS_SUBSCRIBED)] = UNSET
    retry_after_s: Annotated[int | UnsetType, about("when to try again")] = UNSET
    why: Annotated[Denial | UnsetType, about("with `not_allowed`: why")] = UNSET
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


FromViewer: TypeAlias = (
    ViewerAuthenticate
    | Subscribe
    | Unsubscribe
    | Follow
    | ViewerReport
    | AskKeyFrame
    | AskStages
    | ViewerPing
)
ToViewer: TypeAlias = ViewerWelcome | CameraState | Cameras | Stages | Pong | WatchError
