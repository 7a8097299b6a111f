"""The record of who published what. Called by the live side."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cameras.access import Identity
from cameras.models import CaptureSession, EndReason

# After these a camera may come back as the same session; after the others it was told to go.
_RESUMABLE = (
    EndReason.LOST,
    EndReason.PEER_FAILED,
    EndReason.SIGNALING_LOST,
    EndReason.SERVER_STOPPED,
)


class Totals(TypedDict, total=False):
    """Counters of a session since its start."""

    frames: int
    bytes: int
    dropped: int
    mean_fps: float
    latency_ms: float | None


def open_session(
    camera_id: UUID,
    identity: Identity,
    publisher: str,
    remote_address: str,
    user_agent: str,
    transport: str,
) -> CaptureSession:
    return CaptureSession.objects.create(
        camera_id=camera_id,
        user_id=identity.user_id,
        key_id=identity.key_id,
        publisher=publisher[:150],
        remote_address=remote_address[:64],
        user_agent=user_agent[:300],
        transport=transport,
    )


def resume_session(number: int, identity: Identity, within_s: float) -> CaptureSession | None:
    """The session, open again, when the same user or key may go on with it."""
    now = timezone.now()
    resumable = Q(ended=None) | Q(
        ended__gt=now - timedelta(seconds=within_s), end_reason__in=_RESUMABLE
    )
    # One statement: whoever closes the session at the same moment comes wholly before or after.
    resumed = CaptureSession.objects.filter(_of(identity), resumable, pk=number).update(
        ended=None, end_reason="", last_seen=now
    )
    return CaptureSession.objects.get(pk=number) if resumed else None


def _of(identity: Identity) -> Q:
    if identity.key_id is not None:
        return Q(key=identity.key_id)
    if identity.user_id is not None:
        return Q(user=identity.user_id, key=None)
    return Q(pk__in=())


def record(number: int, **totals: Unpack[Totals]) -> None:
    _open(number).update(last_seen=timezone.now(), **totals)


def close_session(number: int, reason: str, **totals: Unpack[Totals]) -> None:
    """The first reason stays: closing what is closed changes nothing."""
    now = timezone.now()
    _open(number).update(ended=now, last_seen=now, end_reason=reason, **totals)


def _open(number: int) -> QuerySet[CaptureSession]:
    return CaptureSession.objects.filter(pk=number, ended=None)


def close_abandoned(older_than_s: float, held: Collection[int] = ()) -> int:
    """Closes sessions whose process died without a word, but for those held. Returns how many."""
    silent_since = timezone.now() - timedelta(seconds=older_than_s)
    abandoned = CaptureSession.objects.filter(ended=None, last_seen__lt=silent_since)
    return abandoned.exclude(pk__in=held).update(
        ended=F("last_seen"), end_reason=EndReason.SERVER_STOPPED
    )


def open_cameras() -> list[UUID]:
    """The cameras that have an open session."""
    return list(
        CaptureSession.objects.filter(ended=None)
        .order_by()
        .values_list("camera_id", flat=True)
        .distinct()
    )
