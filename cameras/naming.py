from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import chain, count
from string import digits
from typing import Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: Control characters, among them those of terminals; what breaks lines; what is no character.
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: They write what follows backwards: a name could look like another one.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Named(Protocol):
    name: str


_NamedT = TypeVar("_NamedT", bound=_Named)


def in_natural_order(rows: Iterable[_NamedT]) -> list[_NamedT]:
    """By name as people count: Gate 2 before Gate 10."""
    return sorted(rows, key=lambda row: _natural_key(row.name))


def _natural_key(name: str) -> list[tuple[bool, int, str]]:
    """Numbers come before letters, and letters with accents beside those without."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    parts: list[str] = re.findall(r"[0-9]+|[^0-9]+", plain)
    return [(False, int(part), "") if part[0] in digits else (True, 0, part) for part in parts]


def first_free(base: str, taken: Collection[str], separator: str = "-") -> str:
    """`base`, or the first of `base-2`, `base-3`, ... that is not taken."""
    candidates = chain([base], (f"{base}{separator}{number}" for number in count(2)))
    return next(name for name in candidates if name not in taken)


def validate_line(text: str) -> None:
    """Raises ValidationError for a name that is more than one line, or not only text.

    Names are shown in logs, terminals and lists, where others must not look different by them.
    """
    if any(
        char in _DIRECTIONS or unicodedata.category(char) in _FORBIDDEN_CATEGORIES for char in text
    ):
        raise ValidationError(
            _("Use letters, digits and symbols on one line, without control characters."),
            code="control_characters",
        )
