"""Reading a client's JSON messages: each is checked, and none that breaks a rule gets further."""

from __future__ import annotations

import json
import re
from typing import Any, Generic, NoReturn, TypeVar, get_args

import msgspec
from msgspec import inspect

from streaming.protocol.message import Message

Read = TypeVar("Read")

#: Where msgspec says what is wrong.
_FIELD = re.compile(r"(?:required field `|at `\$\.)(\w+)")


class MessageError(ValueError):
    """The message breaks the protocol; the text is a sentence for the client's developer."""


class Decoder(Generic[Read]):
    """Reads the messages of one direction."""

    def __init__(self, messages: Any, max_bytes: int) -> None:
        """`messages` is a union of messages."""
        self._max_bytes = max_bytes
        self._decoder: msgspec.json.Decoder[Read] = msgspec.json.Decoder(messages)
        self._kinds: dict[str, type[Message]] = {
            kind.__struct_config__.tag: kind for kind in get_args(messages)
        }

    def decode(self, text: str) -> Read:
        """Raises MessageError."""
        data = self._encoded(text)
        try:
            message = self._decoder.decode(data)
        except (msgspec.DecodeError, RecursionError) as error:
            raise MessageError(self._complaint(text, str(error))) from None
        if "\\u" in text:
            _parse(text)
        return message

    def _encoded(self, text: str) -> bytes:
        # A character is at least a byte, so that a huge text is refused before it is encoded.
        if len(text) <= self._max_bytes:
            try:
                data = text.encode()
            except UnicodeEncodeError:
                raise MessageError("The message is not Unicode text.") from None
            if len(data) <= self._max_bytes:
                return data
        raise MessageError(f"The message is larger than {self._max_bytes} bytes.")

    def _complaint(self, text: str, error: str) -> str:
        """What is wrong with a message that could not be read. Raises MessageError to say so."""
        kind = self._kinds.get(_parse(text))
        if kind is None:
            return "This message is not known."
        return _complaint_of_field(kind, error)


def _parse(text: str) -> str:
    """The type of a message, whatever else it has.

    Slow, but it can say of JSON what is wrong with it. Raises MessageError.
    """
    try:
        message = json.loads(text, parse_constant=_refuse_constant)
        _refuse_odd_characters(message)
    except RecursionError:
        raise MessageError("The message is nested too deeply.") from None
    except MessageError:
        raise
    except ValueError:
        raise MessageError("The message is not JSON.") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise MessageError("The message is not an object with a string type.")
    kind: str = message["type"]
    return kind


def _refuse_constant(name: str) -> NoReturn:
    raise MessageError(f"{name} is not a number that JSON knows.")


def _refuse_odd_characters(message: Any) -> None:
    """JSON can escape what is no text elsewhere: lone surrogates, and NUL, which databases refuse.

    Raises ValueError.
    """
    if b"\\u0000" in json.dumps(message, ensure_ascii=False).encode():
        raise MessageError("The message has a NUL character.")


def _complaint_of_field(kind: type[Message], error: str) -> str:
    found = _FIELD.search(error)
    struct = inspect.type_info(kind)
    assert isinstance(struct, inspect.StructType)
    for field in struct.fields:
        if found and field.encode_name == found[1]:
            return f"{field.name} {_wrong(field.type, error)}."
    # Such as two types in one message.
    return "The message does not fit its type."


def _wrong(kind: inspect.Type, error: str) -> str:
    match kind:
        case inspect.Metadata():
            return _wrong(kind.type, error)
        case inspect.UnionType():
            # A type, or nothing.
            return _wrong(kind.types[0], error)
        case inspect.FloatType() if "out of range" in error:
            return "is not a finite number"
        case inspect.FloatType(ge=least, le=most) if "`float` " in error:
            return f"is not between {least} and {most}"
        case inspect.FloatType():
            return "is not a number"
        case inspect.BoolType():
            return "is not true or false"
        case inspect.VarTupleType(max_length=most) if "of length" in error:
            return f"has more than {most} entries"
        case inspect.VarTupleType():
            return "is not a list of strings"
        case inspect.LiteralType():
            return f"is none of {', '.join(map(str, kind.values))}"
        case _:
            return "is not a string"
