"""Slugs that are made from names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from anyascii import anyascii
from django.db import IntegrityError, transaction
from django.utils.text import slugify

#: Of a slug. One that is made from a name leaves room for "-2", "-3", ...
MAX_LENGTH = 60
_BASE_LENGTH = 50
#: As many as may be added at once by one name.
_ATTEMPTS = 50


class _Named(Protocol):
    name: str
    slug: str


def slug_of(name: str) -> str:
    """Empty where the name has neither letters nor digits."""
    return slugify(anyascii(name))[:_BASE_LENGTH].rstrip("-_")


def save_with_slug(
    row: _Named,
    save: Callable[[], object],
    *,
    free_slug: Callable[[str], str],
    is_taken: Callable[[str], bool],
    using: str | None = None,
) -> None:
    """Saves a row in a transaction, with a free slug of its name where it has none yet."""
    finds_slug = not row.slug
    for attempt in range(1, _ATTEMPTS + 1):
        if finds_slug:
            row.slug = free_slug(row.name)
        try:
            with transaction.atomic(using):
                save()
                return
        except IntegrityError:
            # Somebody else took the slug meanwhile.
            if not finds_slug or attempt == _ATTEMPTS or not is_taken(row.slug):
                raise
