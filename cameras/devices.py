"""Browsers that are signed in: which they are, where, and when they were last used."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import sync_and_async_middleware

from cameras.database import notes
from cameras.models import SignedInDevice
from cameras.users import User

#: That a device is used is written so often.
_NOTED_EVERY_S = 300.0
_MAX_NOTED = 10_000


class _Noted:
    """What a process has written lately. For any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted_s: dict[tuple[str, str], float] = {}

    def is_due(self, session_key: str, address: str) -> bool:
        """Whether it is time to write of this session at this address; from now on it is not."""
        key, now_s = (session_key, address), time.monotonic()
        with self._lock:
            if now_s - self._noted_s.get(key, -_NOTED_EVERY_S) < _NOTED_EVERY_S:
                return False
            if len(self._noted_s) >= _MAX_NOTED:
                self._noted_s.clear()
            self._noted_s[key] = now_s
        return True

    def forget(self) -> None:
        with self._lock:
            self._noted_s.clear()


noted = _Noted()


@sync_and_async_middleware
def remember_device(get_response: Any) -> Any:
    """A middleware, before that of sessions: notes which device a session is used by, and where."""

    async def asynchronous(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await get_response(request)
        if device := _due(request):
            await sync_to_async(_note)(device)
        return response

    def plain(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = get_response(request)
        if device := _due(request):
            _note(device)
        return response

    return asynchronous if iscoroutinefunction(get_response) else plain


def _due(request: HttpRequest) -> SignedInDevice | None:
    """What is to be noted of a request, where somebody looked at who sent it."""
    session = getattr(request, "session", None)
    if session is None or not session.session_key:
        return None
    # Not by asking the session, which would load it then, perhaps without a database.
    loaded = vars(session).get("_session_cache", {})
    user_id, address = loaded.get(SESSION_KEY), request.META.get("REMOTE_ADDR", "")
    if not user_id or not noted.is_due(session.session_key, address):
        return None
    return SignedInDevice(
        session_id=session.session_key,
        user_id=int(user_id),
        user_agent=request.headers.get("User-Agent", "")[:300],
        address=address[:64],
    )


def _note(device: SignedInDevice) -> None:
    def write() -> None:
        try:
            with transaction.atomic():
                SignedInDevice.objects.bulk_create(
                    [device],
                    update_conflicts=True,
                    unique_fields=["session"],
                    update_fields=["user_agent", "address", "last_used"],
                )
        except IntegrityError:
            # Signed out in that moment.
            return

    notes.write(write)


def used(session_key: str) -> None:
    """An open page of this session was asked about, which sends no requests."""
    if noted.is_due(session_key, ""):
        rows = SignedInDevice.objects.filter(pk=session_key)
        notes.write(lambda: rows.update(last_used=timezone.now()))


def of(user: User) -> list[SignedInDevice]:
    """Those that are signed in now, the last used first."""
    rows = SignedInDevice.objects.filter(user=user, session__expire_date__gt=timezone.now())
    return [
        row for row in rows.select_related("session") if is_current(row.session.get_decoded(), user)
    ]


def is_current(session: SessionBase | Mapping[str, Any], user: User) -> bool:
    """Whether the password is still the one with which a session of the person began."""
    known = session.get(HASH_SESSION_KEY, "")
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(known, each) for each in hashes)


def handle(device: SignedInDevice) -> str:
    """Names a device on pages: its session's key is for its own browser alone."""
    return salted_hmac("cameras.devices", device.pk, algorithm="sha256").hexdigest()


def sign_out(devices: Iterable[SignedInDevice]) -> None:
    """Ends their sessions; what is open there goes dark."""
    # One by one: each says that rights have changed.
    for device in devices:
        device.session.delete()
