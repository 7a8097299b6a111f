"""How long a sign-in lasts: two weeks from the last use, of whichever kind.

The engine of `django.contrib.sessions`: `SESSION_ENGINE = "cameras.signed_in"`. Its cookie lasts
for `SESSION_COOKIE_AGE`, for as long as browsers keep one. What counts is the row: whoever reads it
renews it, once a day. Pages do so with each request, and walls and filming pages that are open by
being asked about their rights, though they send no request for weeks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from cameras.database import Unavailable, notes, outages

#: From the last use.
LIFETIME = timedelta(days=14)
RENEWED_EVERY = timedelta(days=1)


class SessionStore(DatabaseStore):
    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        row.expire_date = timezone.now() + LIFETIME
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        row = await super().acreate_model_instance(data)
        row.expire_date = timezone.now() + LIFETIME
        return row

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()
        if row is not None and _is_due(row):
            # Who asks for something else must not fail by it: the next one who comes renews.
            notes.write(lambda: _row(row).update(expire_date=timezone.now() + LIFETIME))
        return row

    async def _aget_session_from_db(self) -> Session | None:
        row: Session | None = await super()._aget_session_from_db()
        if row is not None and _is_due(row):
            try:
                await _row(row).aupdate(expire_date=timezone.now() + LIFETIME)
            except Unavailable as error:
                outages.note(error)
        return row


def _is_due(row: Session) -> bool:
    return row.expire_date - timezone.now() < LIFETIME - RENEWED_EVERY


def _row(row: Session) -> QuerySet[Session]:
    # Not save(), which would bring back a session that ends right now.
    return Session.objects.filter(pk=row.pk)
