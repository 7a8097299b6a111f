from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.exceptions import ChannelFull

from cameras.access import Identity
from streaming.redis import Unavailable

#: Channel of the `default` layer on which all ingest processes compete for offers.
OFFERS = "ingest"

#: What sending on the `default` layer raises while Redis is away or nobody takes messages out.
NOT_SENT: tuple[type[Exception], ...] = (*Unavailable, ChannelFull)


@dataclass(frozen=True, slots=True)
class Offer:
    """A camera's offer as it travels from the publish socket to an ingest process."""

    #: Made by the publish socket: names the peer, and matches answers to offers.
    peer: str
    camera_id: UUID
    identity: Identity
    #: Name of who publishes, as shown to others.
    publisher: str
    sdp: str
    #: Session to go on with; 0 for a new one.
    resume: int
    take_over: bool
    remote_address: str
    user_agent: str
    #: Channel of the publish socket on the `default` layer.
    reply_to: str
    #: Server time, ms.
    sent_at: float

    def as_message(self) -> dict[str, Any]:
        return {
            "type": "offer",
            "peer": self.peer,
            "camera_id": str(self.camera_id),
            "identity": self.identity.as_dict(),
            "publisher": self.publisher,
            "sdp": self.sdp,
            "resume": self.resume,
            "take_over": self.take_over,
            "remote_address": self.remote_address,
            "user_agent": self.user_agent,
            "reply_to": self.reply_to,
            "sent_at": self.sent_at,
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Offer:
        fields = {name: value for name, value in message.items() if name != "type"}
        fields["camera_id"] = UUID(fields["camera_id"])
        fields["identity"] = Identity.from_dict(fields["identity"])
        return cls(**fields)
