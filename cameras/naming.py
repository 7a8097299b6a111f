from __future__ import annotations

import unicodedata
from collections.abc import Collection
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: Control characters, among them those of terminals; what breaks lines; what is no character.
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: They write what follows backwards: a name could look like another one.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


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
            _("Use letters, digits and signs in one line, and no control characters."),
            code="control_characters",
        )
