"""How many of something there may be of one person, or of one camera."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from cameras import limits
from cameras.signals import limit_reached


class QuotaExceeded(PermissionDenied):
    """There is no room for another one. The text tells people so."""


def check(limit: str, whose: Model, rows: QuerySet[Any], sentence: Promise) -> None:
    """Raises QuotaExceeded where there are as many rows as the setting `limit` allows.

    To be called in the transaction that adds one: it locks the row `whose` they are, so that
    several who come at once are counted one after the other. The sentence takes `whose`, `maximum`.
    """
    everyone = whose._meta.model._default_manager
    list(everyone.select_for_update().filter(pk=whose.pk).values("pk"))
    maximum = getattr(limits.get(), limit.upper())
    if rows.count() >= maximum:
        limit_reached.send(None, limit=limit, who=str(whose))
        raise QuotaExceeded(str(sentence) % {"whose": whose, "maximum": maximum})
