"""What all messages have in common."""

from __future__ import annotations

from typing import Any

import msgspec

#: The version of docs/protocol.md: said by the first message of each connection.
PROTOCOL = 1

#: Of fields that a client says and the server doesn't read, whatever they are.
UNREAD: Any = msgspec.field(default_factory=msgspec.Raw)

_encoder = msgspec.json.Encoder()


class Message(msgspec.Struct, frozen=True):
    """A message of JSON, which its `type` tells from the others.

    Its docstring is its meaning in docs/protocol.md.
    """

    def text(self) -> str:
        """As it travels."""
        return _encoder.encode(self).decode()


def about(description: str, **schema: Any) -> msgspec.Meta:
    """What a field means, and what its JSON Schema says that its type does not."""
    return msgspec.Meta(description=description, extra_json_schema=schema or None)
