"""Reading the JSON messages of docs/protocol.md at the door."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

Kind = TypeVar("Kind", str, bool, float)


class MessageError(ValueError):
    """The message breaks the protocol; the text is a sentence for the client's developer."""


def _no_constant(name: str) -> NoReturn:
    raise MessageError(f"{name} is not a number that JSON knows.")


def parse(text: str, max_bytes: int) -> Mapping[str, Any]:
    """The object in `text`, which has a string `type`.

    Raises MessageError.
    """
    # A character is at least a byte, so that a huge text is refused before it is encoded.
    if len(text) > max_bytes or _size(text) > max_bytes:
        raise MessageError(f"The message is larger than {max_bytes} bytes.")
    try:
        message = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:
            _refuse_odd_characters(message)
    except RecursionError:
        raise MessageError("The message is nested too deeply.") from None
    except MessageError:
        raise
    except ValueError:
        raise MessageError("The message is not JSON.") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MessageError("The message is not an object with a string type.")
    return message


def _size(text: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise MessageError("The message is not Unicode text.") from None


def _refuse_odd_characters(message: Any) -> None:
    """JSON can escape what is no text elsewhere: lone surrogates, and NUL, which databases refuse.

    Raises ValueError.
    """
    if b"\\u0000" in json.dumps(message, ensure_ascii=False).encode():
        raise MessageError("The message has a NUL character.")


def text(message: Mapping[str, Any], name: str) -> str:
    """A string field. Raises MessageError when it is missing or something else."""
    return _field(message, name, str, "a string")


def optional_text(message: Mapping[str, Any], name: str) -> str | None:
    return None if message.get(name) is None else text(message, name)


def flag(message: Mapping[str, Any], name: str) -> bool:
    """A boolean field, false when missing."""
    return message.get(name) is not None and _field(message, name, bool, "true or false")


def number(message: Mapping[str, Any], name: str) -> float:
    """A finite number. JSON's 1e999 reads as infinity, and is refused."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MessageError(f"{name} is not a number.")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise MessageError(f"{name} is not a finite number.")
    return result


def optional_number(message: Mapping[str, Any], name: str) -> float | None:
    return None if message.get(name) is None else number(message, name)


def texts(message: Mapping[str, Any], name: str, most: int) -> list[str]:
    """A list of at most `most` strings."""
    values = message.get(name)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise MessageError(f"{name} is not a list of strings.")
    if len(values) > most:
        raise MessageError(f"{name} has more than {most} entries.")
    return values


def _field(message: Mapping[str, Any], name: str, kind: type[Kind], what: str) -> Kind:
    value = message.get(name)
    if not isinstance(value, kind):
        raise MessageError(f"{name} is not {what}.")
    return value
