"""The messages of clients as JSON Schema (draft 2020-12)."""

from __future__ import annotations

from enum import Enum
from typing import Any, get_args

import msgspec

from streaming.domain.liveness import State
from streaming.protocol import control, enums, publish, watch
from streaming.protocol.message import PROTOCOL, Message

#: Who says what, by the name of the union in schema and TypeScript.
DIRECTIONS: dict[str, Any] = {
    "ControlFromCamera": control.FromCamera,
    "ControlToCamera": control.ToCamera,
    "PublishFromCamera": publish.FromCamera,
    "PublishToCamera": publish.ToCamera,
    "FromViewer": watch.FromViewer,
    "ToViewer": watch.ToViewer,
}
#: What the server says: it leaves out nothing but what has no value.
_FROM_SERVER = ("ControlToCamera", "PublishToCamera", "ToViewer")
#: Close codes are no part of a message, but of the protocol.
_WORDS: tuple[type[Enum], ...] = (
    State,
    enums.CloseCode,
    enums.EndReason,
    enums.Denial,
    enums.PublishErrorCode,
    enums.WatchErrorCode,
)


def messages(direction: str) -> tuple[type[Message], ...]:
    """Of one direction, in the order in which docs/protocol.md tells of them."""
    return get_args(DIRECTIONS[direction])


def all_messages() -> list[type[Message]]:
    every = [message for direction in DIRECTIONS for message in messages(direction)]
    return list(dict.fromkeys(every))


def definitions(ref_template: str = "#/$defs/{name}") -> dict[str, Any]:
    """A schema of each message, of what is in it, and of each direction."""
    _, found = msgspec.json.schema_components(all_messages(), ref_template=ref_template)
    for direction in _FROM_SERVER:
        for message in messages(direction):
            _require_what_is_said(message, found[message.__name__])
    for word in _WORDS:
        found[word.__name__] = _with_meanings(word)
    for schema in found.values():
        _tidy(schema)
    for direction in DIRECTIONS:
        refs = [ref_template.format(name=message.__name__) for message in messages(direction)]
        found[direction] = {"oneOf": [{"$ref": ref} for ref in refs]}
    return found


def document() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SkySentry's messages (docs/protocol.md)",
        "description": f"Version {PROTOCOL} of the protocol.",
        "$defs": definitions(),
    }


def _require_what_is_said(message: type[Message], schema: dict[str, Any]) -> None:
    fields = msgspec.structs.fields(message)
    said = [field.name for field in fields if field.default is not msgspec.UNSET]
    schema["required"] = ["type", *said]
    for name in said:
        schema["properties"][name].pop("default", None)


def _with_meanings(word: type[Enum]) -> dict[str, Any]:
    each = [{"const": member.value, "description": _means(member)} for member in word]
    return {"title": word.__name__, "description": word.__doc__, "oneOf": each}


def _means(member: Any) -> str:
    text: str = member.means
    return text


def _tidy(schema: Any) -> None:
    """Docstrings have line breaks, and that what is missing is nothing needs no saying."""
    if isinstance(schema, dict):
        if isinstance(description := schema.get("description"), str):
            schema["description"] = " ".join(description.split())
        if schema.get("default", ...) in (None, ()):
            del schema["default"]
        for part in schema.values():
            _tidy(part)
    elif isinstance(schema, list):
        for part in schema:
            _tidy(part)
