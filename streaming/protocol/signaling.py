"""What publish sockets and ingest processes say to each other on the `default` layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from cameras.identity import Identity
from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.protocol.message import convert_known

Kind = TypeVar("Kind")


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody wants to publish to a camera."""

    #: Made by the publish socket: names the link, and matches answers to what was asked.
    peer: str
    camera_id: UUID
    slug: str
    identity: Identity
    #: Name of who publishes, as shown to others.
    publisher: str
    #: Session to go on with; 0 for a new one.
    resume: int
    take_over: bool
    remote_address: str
    user_agent: str
    #: Channel of the publish socket on the `default` layer.
    reply_to: str


# To an ingest process


class Offer(Claim, frozen=True, kw_only=True, tag="offer"):
    """A claim by WebRTC, to whichever ingest process takes it."""

    sdp: str
    #: The session goes on over its socket until this peer's channels are open.
    upgrade: bool
    #: Server time, ms.
    sent_at: float


class Probe(msgspec.Struct, frozen=True, kw_only=True, tag="probe"):
    """The doctor wants a test connection, from whichever ingest process takes it."""

    peer: str
    #: Channel of the doctor's socket on the `default` layer.
    reply_to: str
    sdp: str
    #: Server time, ms.
    sent_at: float


class _OfSocket(msgspec.Struct, frozen=True):
    """What the publish socket at `reply_to` says of a peer."""

    peer: str
    reply_to: str


class Alive(_OfSocket, frozen=True, tag="alive"):
    """It speaks for this peer."""


class Attach(_OfSocket, frozen=True, tag="attach"):
    """It wants to speak for this peer from now on."""


class Bye(_OfSocket, frozen=True, tag="bye"):
    """The camera stops."""


class Closed(_OfSocket, frozen=True, tag="closed"):
    """It is gone."""


# To the web process that holds a session of single requests


class Pushed(msgspec.Struct, frozen=True, tag="pushed"):
    """A JPEG of the session, which another process was sent."""

    peer: str
    data: bytes


# To a publish socket: channels makes the name of a method of each type.


class Answered(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.answer"):
    """The offer is taken."""

    peer: str
    sdp: str
    session: int
    resume: str
    resumed: bool
    #: Channel of the process that has the peer.
    ingest: str


class Attached(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.attached"):
    peer: str
    session: int


class Superseded(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.superseded"):
    """Another socket speaks for the peer."""

    peer: str


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.gone"):
    """There is no such peer."""

    peer: str


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.refused"):
    """The offer is not taken."""

    peer: str
    code: PublishErrorCode
    publisher: str = ""
    retry_after_s: int = 0


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.ended"):
    """The peer's session is over."""

    peer: str
    reason: EndReason
    #: Name of who took the camera over.
    by: str = ""


class Probed(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.probed"):
    """The answer to `probe`; the doctor's socket gets `Refused` otherwise."""

    peer: str
    sdp: str


Signal: TypeAlias = Alive | Attach | Bye | Closed
ToIngest: TypeAlias = Offer | Probe | Signal
ToPush: TypeAlias = Pushed | Bye
FromIngest: TypeAlias = Answered | Attached | Superseded | Gone | Refused | Ended | Probed


def event_of(message: ToIngest | ToPush | FromIngest) -> dict[str, Any]:
    """As it travels on the layer."""
    # Redis takes bytes as they are.
    event: dict[str, Any] = msgspec.to_builtins(message, builtin_types=(bytes,))
    return event


def to_ingest(event: Mapping[str, Any]) -> ToIngest | None:
    """None for a message that only a newer process knows, as while processes are renewed.

    Raises msgspec.ValidationError: nobody else speaks there, so anything else is a bug.
    """
    message: ToIngest | None = convert_known(event, ToIngest)
    return message


def to_push(event: Mapping[str, Any]) -> ToPush | None:
    """None for a message that only a newer process knows. Raises msgspec.ValidationError."""
    message: ToPush | None = convert_known(event, ToPush)
    return message


def from_ingest(event: Mapping[str, Any]) -> FromIngest:
    """Raises msgspec.ValidationError."""
    message: FromIngest = msgspec.convert(event, FromIngest)
    return message
