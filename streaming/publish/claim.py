"""What a camera that wants to publish says of itself, on its way to whoever takes its frames in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from channels.exceptions import ChannelFull

from cameras.access import Identity
from streaming.backplane.connection import Unavailable

#: Channel of the `default` layer on which all ingest processes compete for offers.
OFFERS = "ingest"

#: What sending on the `default` layer raises while Redis is away or nobody takes messages out.
NOT_SENT: tuple[type[Exception], ...] = (*Unavailable, ChannelFull)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Claim):
    """A claim by WebRTC, as it travels from the publish socket to an ingest process."""

    sdp: str
    #: The session goes on over its socket until this peer's channels are open.
    upgrade: bool
    #: Server time, ms.
    sent_at: float

    def as_message(self) -> dict[str, Any]:
        return {
            "type": "offer",
            **asdict(self),
            "camera_id": str(self.camera_id),
            "identity": asdict(self.identity),
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Offer:
        fields = {name: value for name, value in message.items() if name != "type"}
        fields["camera_id"] = UUID(fields["camera_id"])
        fields["identity"] = Identity(**fields["identity"])
        return cls(**fields)
