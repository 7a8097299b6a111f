"""How long a sign-in lasts: two weeks from its last use of any kind.

The engine of `django.contrib.sessions`: `SESSION_ENGINE = "cameras.signed_in"`. Its cookie lasts
for `SESSION_COOKIE_AGE`, for as long as browsers keep one. What counts is the row: whoever reads it
renews it, once a day. Pages do so with each request, and walls and filming pages that are open by
being asked about their rights, though they send no request for weeks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from cameras.database import notes

#: From the last use.
LIFETIME = timedelta(days=14)
RENEWED_EVERY = timedelta(days=1)


class SessionStore(DatabaseStore):
    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = super().create_model_instance(data)
        row.expire_date = timezone.now() + LIFETIME
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row = await super().acreate_model_instance(data)
        row.expire_date = timezone.now() + LIFETIME
        return row

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        # The stubs do not know it.
        row: AbstractBaseSession | None = super()._get_session_from_db()  # type: ignore[misc]
        if row is not None and _is_due(row):
            _renew(row)
        return row

    async def _aget_session_from_db(self) -> AbstractBaseSession | None:
        row: AbstractBaseSession | None = await super()._aget_session_from_db()  # type: ignore[misc]
        if row is not None and _is_due(row):
            await sync_to_async(_renew)(row)
        return row


def _is_due(row: AbstractBaseSession) -> bool:
    return row.expire_date - timezone.now() < LIFETIME - RENEWED_EVERY


def _renew(row: AbstractBaseSession) -> None:
    # Not save(), which would bring back a session that ends right now.
    rows = Session.objects.filter(pk=row.pk)
    notes.write(lambda: rows.update(expire_date=timezone.now() + LIFETIME))
