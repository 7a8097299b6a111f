"""What all messages have in common."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any, get_args

import msgspec

#: The version of docs/protocol.md: said by each message that may be the first of a connection.
PROTOCOL = 1
#: What the field is that says so.
VERSION = "the version of the protocol"

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


def convert_known(event: Mapping[str, Any], messages: Any) -> Any:
    """The message of this union that an event is; None where its type is of none of them.

    Raises msgspec.ValidationError.
    """
    if event.get("type") not in _tags_of(messages):
        return None
    return msgspec.convert(event, messages)


@functools.cache
def _tags_of(messages: Any) -> frozenset[str]:
    return frozenset(each.__struct_config__.tag for each in get_args(messages))


def known(words: Iterable[str]) -> msgspec.Meta:
    """Of a text that may be any, for clients may be newer than the server: the words it knows."""
    return msgspec.Meta(examples=list(words))


def about(description: str, **schema: Any) -> msgspec.Meta:
    """What a field means, and what its JSON Schema says that its type does not."""
    return msgspec.Meta(description=description, extra_json_schema=schema or None)
