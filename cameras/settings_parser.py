"""How settings are read, by both apps and by the project around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from dataclasses import fields as fields_of
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from marshmallow import ValidationError, fields, validate

T = TypeVar("T")

PREFIX = "SKYSENTRY_"
#: Settings whose variable has no prefix, because their name says enough.
PLAIN = ("API_PORT", "WEBSOCKET_PORT", "STREAMING_PORT")


def setting(kind: fields.Field[Any], default: T) -> T:
    """A field of a dataclass of settings."""
    # What dataclasses take for a default.
    made: T = field(default=default, metadata={"kind": kind})
    return made


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return name if name in PLAIN else PREFIX + name


def given() -> Mapping[str, object]:
    """What the project sets: it may leave it all to the defaults and the environment."""
    values: Mapping[str, object] = getattr(settings, "SKYSENTRY", {})
    return values


def load(kind: type[T], values: Mapping[str, object], environ: Mapping[str, str]) -> T:
    """A dataclass of settings from `values`, overridden by `environ`.

    Others in them are left alone. An empty value means the default. Raises ImproperlyConfigured,
    naming the setting and what it takes.
    """
    parsed = {
        each.name: parse(variable(each.name), each.metadata["kind"], value)
        for each in fields_of(kind)  # type: ignore[arg-type]
        if (value := environ.get(variable(each.name), values.get(each.name, ""))) != ""
    }
    return kind(**parsed)


def parse(name: str, kind: fields.Field[T], value: object, verb: str = "is") -> T:
    """The value of the setting `name`, which is given as text or as Python has it.

    `kind` says by its metadata what it `takes`. Raises ImproperlyConfigured, naming the setting,
    what it was given and what it takes.
    """
    try:
        return kind.deserialize(value)
    except ValidationError as error:
        takes = kind.metadata["takes"]
        raise ImproperlyConfigured(f"{name} {verb} {value!r}; it takes {takes}.") from error


def whole_number(first: int, last: int, **options: Any) -> fields.Integer:
    return fields.Integer(
        pre_load=_text,
        validate=validate.Range(first, last),
        metadata={"takes": f"a whole number from {first} to {last}"},
        **options,
    )


def one_of(*choices: str) -> fields.String:
    """One of these words, in any case."""
    words = {choice.lower(): choice for choice in choices}
    *others, last = choices
    return fields.String(
        pre_load=_lower,
        validate=validate.OneOf(words),
        post_load=words.__getitem__,
        metadata={"takes": f"{', '.join(others)} or {last}"},
    )


def _text(value: object) -> str | None:
    """Of a number, marshmallow would cut the fraction off."""
    return None if value is None else str(value)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


#: 1, true, yes, on, and their opposites, in any case.
BOOLEAN = fields.Boolean(pre_load=_lower, metadata={"takes": "true or false"})

TEXT = fields.String(validate=validate.Regexp(r"\s*\S"), metadata={"takes": "a text"})
