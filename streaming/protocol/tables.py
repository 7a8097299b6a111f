"""The tables of docs/protocol.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, get_args

import msgspec
from msgspec import NODEFAULT, UNSET, inspect

from streaming.protocol import enums, publish, schema
from streaming.protocol.message import Message

_BLOCK = re.compile(r"(<!-- table: ([\w.]+) -->\n).*?(<!-- /table -->)", re.DOTALL)


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
    return "; ".join(map(_field, msgspec.structs.fields(message)))


def _field(field: msgspec.structs.FieldInfo) -> str:
    kind, words = _unwrapped(field.type)
    name = f"`{field.name}`"
    if not field.required and field.default in (None, UNSET, NODEFAULT, ()):
        name += " (optional)"
    elif type(None) in get_args(kind):
        words.append("null")
    return f"{name}: {' or '.join(words)}" if words else name


def _unwrapped(kind: Any) -> tuple[Any, list[str]]:
    """The type, and what is said of it."""
    found = inspect.type_info(kind)
    words: list[str] = []
    while isinstance(found, inspect.Metadata):
        extra = found.extra_json_schema or {}
        words += [extra["description"]] if "description" in extra else []
        found = found.type
    if not words and isinstance(found, inspect.StructType):
        fields = ", ".join(part.name for part in found.fields)
        words = [f"`{{{fields}}}`"]
    while hasattr(kind, "__metadata__"):
        kind = kind.__origin__
    return kind, words


def _of_errors(codes: type[enums.ErrorCode]) -> str:
    rows = [
        (f"`{code}`", f"close {code.closes.value}" if code.closes else "stays open", code.means)
        for code in codes
    ]
    return _table(("error code", "then", "means"), rows)


def _of_words(title: str, words: type[enums.Described]) -> str:
    return _table((title, "means"), [(f"`{word}`", word.means) for word in words])


def _of_close_codes() -> str:
    rows = [(str(code.value), code.means, code.then) for code in enums.CloseCode]
    return _table(("code", "means", "the client"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("|  |", "| |")


TABLES: dict[str, Callable[[], str]] = {
    "publish.from_camera": lambda: _of_messages(get_args(publish.Request)),
    "publish.to_camera": lambda: _of_messages(get_args(publish.Reply)),
    "publish.errors": lambda: _of_errors(enums.PublishErrorCode),
    "publish.ends": lambda: _of_words("end reason", enums.EndReason),
    "control.from_camera": lambda: _of_messages(schema.messages("ControlFromCamera")),
    "control.to_camera": lambda: _of_messages(schema.messages("ControlToCamera")),
    "watch.from_viewer": lambda: _of_messages(schema.messages("FromViewer")),
    "watch.to_viewer": lambda: _of_messages(schema.messages("ToViewer")),
    "watch.errors": lambda: _of_errors(enums.WatchErrorCode),
    "close_codes": _of_close_codes,
}
