"""What publish sockets and ingest processes say to each other on the `default` layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from cameras.identity import Identity
from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.protocol.message import tags_of

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


class Alive(msgspec.Struct, frozen=True, tag="alive"):
    """The socket at `reply_to` speaks for this peer."""

    peer: str
    reply_to: str


class Attach(msgspec.Struct, frozen=True, tag="attach"):
    """The socket at `reply_to` wants to speak for this peer from now on."""

    peer: str
    reply_to: str


class Bye(msgspec.Struct, frozen=True, tag="bye"):
    """The camera stops."""

    peer: str
    reply_to: str


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """The socket at `reply_to` is gone."""

    peer: str
    reply_to: str


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


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.gone"):
    """There is no such peer."""

    peer: str


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.refused"):
    """The offer is not taken."""

    peer: str
    code: PublishErrorCode
    publisher: str = ""


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ingest.ended"):
    """The peer's session is over."""

    peer: str
    reason: EndReason
    #: Name of who took the camera over.
    by: str = ""


Signal: TypeAlias = Alive | Attach | Bye | Closed
ToIngest: TypeAlias = Offer | Signal
FromIngest: TypeAlias = Answered | Attached | Gone | Refused | Ended


def event_of(message: ToIngest | FromIngest) -> dict[str, Any]:
    """As it travels on the layer."""
    event: dict[str, Any] = msgspec.to_builtins(message)
    return event


_TO_INGEST = tags_of(ToIngest)


def to_ingest(event: Mapping[str, Any]) -> ToIngest | None:
    """None for a message that only a newer process knows, as while processes are renewed.

    Raises msgspec.ValidationError: nobody else speaks there, so anything else is a bug.
    """
    if event.get("type") not in _TO_INGEST:
        return None
    message: ToIngest = msgspec.convert(event, ToIngest)
    return message


def from_ingest(event: Mapping[str, Any]) -> FromIngest:
    """Raises msgspec.ValidationError."""
    message: FromIngest = msgspec.convert(event, FromIngest)
    return message
