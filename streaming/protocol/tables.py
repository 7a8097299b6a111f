"""The tables of docs/protocol.md."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, get_args

from streaming.domain import liveness, wire
from streaming.domain.described import Described
from streaming.protocol import enums, publish, schema
from streaming.protocol.message import Message

_BLOCK = re.compile(r"(<!-- table: ([\w.]+) -->\n).*?(<!-- /table -->)", re.DOTALL)
#: What the docs call JSON's types, where that is not their name in JSON Schema.
_TYPES = {"boolean": "bool"}
#: What they call those of `struct`.
_NUMBERS = {"B": "u8", "H": "u16", "I": "u32", "d": "f64"}


class UnknownTable(LookupError):
    pass


def fill(page: str) -> str:
    """The page with its tables as they are now.

    Raises UnknownTable.
    """
    return _BLOCK.sub(lambda found: f"{found[1]}\n{table(found[2])}\n{found[3]}", page)


def names(page: str) -> list[str]:
    """Of the tables that the page has."""
    return [name for _, name, _ in _BLOCK.findall(page)]


def table(name: str) -> str:
    if name not in TABLES:
        raise UnknownTable(f"There is no table {name}; there are {', '.join(TABLES)}.")
    return TABLES[name]()


def _of_messages(messages: Iterable[type[Message]]) -> str:
    rows = [(f"`{tag(message)}`", _fields(message), _doc(message)) for message in messages]
    return _table(("message", "fields", "meaning"), rows)


def tag(message: type[Message]) -> str:
    return str(message.__struct_config__.tag)


def _doc(thing: type[Any]) -> str:
    return " ".join((thing.__doc__ or "").split())


def _fields(message: type[Message]) -> str:
    found = schema.definitions()[message.__name__]
    fields = ((name, of) for name, of in found["properties"].items() if name != "type")
    return "; ".join(_field(name, of, name not in found["required"]) for name, of in fields)


def _field(name: str, of: Mapping[str, Any], is_optional: bool) -> str:
    facts = ", ".join([_type(of, is_optional), *(["optional"] if is_optional else []), *_range(of)])
    meaning = of.get("description")
    return f"`{name}` ({facts}){f': {meaning}' if meaning else ''}"


def _type(of: Mapping[str, Any], is_optional: bool) -> str:
    """As JSON has it; what may be left out may be null as well, which needs no saying."""
    if "$ref" in of:
        return _type(schema.definitions()[str(of["$ref"]).rpartition("/")[2]], is_optional)
    if "anyOf" in of:
        kinds = [_type(each, is_optional) for each in of["anyOf"]]
        return " or ".join(kind for kind in kinds if not (is_optional and kind == "null"))
    if of.get("type") == "array":
        return f"list of {_type(of['items'], is_optional)}s"
    # Words, which have none.
    kind = str(of.get("type", "string"))
    return _TYPES.get(kind, kind)


def _range(of: Mapping[str, Any]) -> Iterator[str]:
    for each in (of, *of.get("anyOf", ())):
        if "minimum" in each:
            yield f"{each['minimum']} to {each['maximum']}"


def _of_facts(name: str) -> str:
    fields = schema.definitions()[name]["properties"]
    rows = [(f"`{field}`", _type(of, False), of["description"]) for field, of in fields.items()]
    return _table(("field", "type", "meaning"), rows)


def _of_errors(codes: type[enums.ErrorCode]) -> str:
    rows = [
        (f"`{code}`", f"close {code.closes.value}" if code.closes else "stays open", code.means)
        for code in codes
    ]
    return _table(("error code", "then", "means"), rows)


def _of_words(title: str, words: type[Described], meaning: str = "means") -> str:
    return _table((title, meaning), [(f"`{word}`", word.means) for word in words])


def _of_header() -> str:
    rows: list[tuple[str, ...]] = []
    offset = 0
    for field in wire.FIELDS:
        rows.append((str(offset), _NUMBERS[field.code], field.name, field.values))
        offset += struct.calcsize(field.code)
    rows.append((str(offset), "...", "payload", "the encoded picture"))
    return _table(("offset", "type", "field", "values"), rows)


def _of_close_codes() -> str:
    rows = [(str(code.value), code.means, code.then) for code in enums.CloseCode]
    return _table(("code", "means", "the client"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("|  |", "| |")


TABLES: dict[str, Callable[[], str]] = {
    "frame.header": _of_header,
    "frame.reasons": lambda: _of_words("reason", wire.Reason, "the frame"),
    "publish.from_camera": lambda: _of_messages(get_args(publish.Request)),
    "publish.to_camera": lambda: _of_messages(get_args(publish.Reply)),
    "publish.camera": lambda: _of_facts("CameraFacts"),
    "publish.errors": lambda: _of_errors(enums.PublishErrorCode),
    "publish.ends": lambda: _of_words("end reason", enums.EndReason),
    "publish.denials": lambda: _of_words("why", enums.Denial),
    "control.from_camera": lambda: _of_messages(schema.messages("ControlFromCamera")),
    "control.pauses": lambda: _of_words("paused", liveness.Pause),
    "control.to_camera": lambda: _of_messages(schema.messages("ControlToCamera")),
    "watch.from_viewer": lambda: _of_messages(schema.messages("FromViewer")),
    "watch.to_viewer": lambda: _of_messages(schema.messages("ToViewer")),
    "watch.camera": lambda: _of_facts("ListedCamera"),
    "watch.states": lambda: _of_words("state", liveness.State, "the camera"),
    "watch.errors": lambda: _of_errors(enums.WatchErrorCode),
    "close_codes": _of_close_codes,
}
