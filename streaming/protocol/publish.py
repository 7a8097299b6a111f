"""The publish socket: signaling of one camera, and its control messages where it streams."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from streaming.protocol import control
from streaming.protocol.enums import Denial, EndReason, PublishErrorCode
from streaming.protocol.facts import CameraFacts
from streaming.protocol.message import PROTOCOL, VERSION, Message, about

_WHY = "with `not_allowed`, where it may be told: why"

# From the camera


class Authenticate(Message, frozen=True, tag="authenticate"):
    """Must come first, within 10 s. Without a key the signed-in user of the page is meant. A key
    never stands in a URL."""

    key: Annotated[str | None, about("publish key")] = None


class Offer(Message, frozen=True, tag="offer"):
    """One complete SDP offer (no trickled candidates) with both data channels; `resume` continues
    an earlier session."""

    sdp: Annotated[str, about('see "The offer"')]
    resume: Annotated[str | None, about("token of the session to resume")] = None
    take_over: Annotated[bool | None, about("true to replace whoever publishes")] = None


class Stream(Message, frozen=True, tag="stream"):
    """Frames come over this socket (see "Without WebRTC")."""

    resume: Annotated[str | None, about("token of the session to resume")] = None
    take_over: Annotated[bool | None, about("true to replace whoever publishes")] = None


class Attach(Message, frozen=True, tag="attach"):
    """This socket now speaks for a running peer whose own socket broke."""

    resume: Annotated[str, about("token of the session")]


class Bye(Message, frozen=True, tag="bye"):
    """The camera stops: the session ends at once."""


# From the server


class IceServer(Struct, frozen=True):
    """A STUN or TURN server, as for `RTCPeerConnection`."""

    urls: str | tuple[str, ...]
    username: str | UnsetType = UNSET
    credential: str | UnsetType = UNSET
    credentialType: str | UnsetType = UNSET


class Welcome(Message, frozen=True, tag="welcome"):
    """Authentication succeeded. `codec` is for display only; `wanted` says what to send."""

    camera: CameraFacts
    ice_servers: Annotated[tuple[IceServer, ...], about("as for `RTCPeerConnection`")]
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


class Answer(Message, frozen=True, tag="answer"):
    """The peer is ready. In a resumed session the sequence continues."""

    sdp: str
    session: Annotated[int, about("its number")]
    resume: Annotated[str, about("token")]
    resumed: Annotated[bool, about("whether the session is the earlier one")]


class Streaming(Message, frozen=True, tag="streaming"):
    """Answer to `stream`: frames may come."""

    session: Annotated[int, about("its number")]
    resume: Annotated[str, about("token")]
    resumed: Annotated[bool, about("whether the session is the earlier one")]


class Attached(Message, frozen=True, tag="attached"):
    """Answer to `attach`."""

    session: Annotated[int, about("its number")]


class Taken(Message, frozen=True, tag="taken"):
    """After each frame on this socket (see "Without WebRTC")."""

    frames: Annotated[int, about("how many the server has taken from this socket")]


class Ended(Message, frozen=True, tag="ended"):
    """The session is over; the socket closes with 1000."""

    reason: EndReason
    message: Annotated[str, about("a sentence for people")]
    by: Annotated[str | UnsetType, about("who took over")] = UNSET
    retry_after_s: Annotated[int | UnsetType, about("when to try again, after `too_much`")] = UNSET
    why: Annotated[Denial | UnsetType, about(_WHY)] = UNSET


class PublishError(Message, frozen=True, tag="error"):
    """Something was refused: a code, and a sentence that says what to do."""

    code: PublishErrorCode
    message: Annotated[str, about("a sentence for people")]
    publisher: Annotated[str | UnsetType, about("who publishes")] = UNSET
    retry_after_s: Annotated[int | UnsetType, about("when to try again")] = UNSET
    why: Annotated[Denial | UnsetType, about(_WHY)] = UNSET
    protocol: Annotated[int, about(VERSION)] = PROTOCOL


Request: TypeAlias = Authenticate | Offer | Stream | Attach | Bye
Reply: TypeAlias = Welcome | Answer | Streaming | Attached | Taken | Ended | PublishError
FromCamera: TypeAlias = Request | control.FromCamera
ToCamera: TypeAlias = Reply | control.ToCamera
