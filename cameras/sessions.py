"""The record of who published what. Called by the live side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Round
from django.utils import timezone

from cameras import audit
from cameras.access import Identity
from cameras.database import Unavailable, outages
from cameras.models import AuditKind, Camera, CaptureSession, EndReason

# After these a camera may resume its session; all others are final.
_RESUMABLE = (
    EndReason.LOST,
    EndReason.PEER_FAILED,
    EndReason.SIGNALING_LOST,
    EndReason.SERVER_STOPPED,
)


@dataclass(frozen=True, slots=True)
class LastSession:
    """A camera's newest session, as far as people are told of it."""

    number: int
    publisher: str
    #: None while it is open.
    ended: datetime | None
    end_reason: str
    last_seen: datetime


class Progress(TypedDict, total=False):
    """What a session received since the last call."""

    frames: int
    bytes: int
    dropped: int
    #: For how long more than stills was wanted, and how many pictures came in that time.
    wanted_s: float
    wanted_frames: int
    #: From the capture to the server, mean of the frames; None where it is not known.
    latency_ms: float | None


@transaction.atomic
def open_session(
    camera_id: UUID,
    identity: Identity,
    publisher: str,
    remote_address: str,
    user_agent: str,
    transport: str,
) -> CaptureSession:
    session = CaptureSession.objects.create(
        camera_id=camera_id,
        user_id=identity.user_id,
        key_id=identity.key_id,
        transport=transport,
        publisher=_fitting("publisher", publisher),
        remote_address=_fitting("remote_address", remote_address),
        user_agent=_fitting("user_agent", user_agent),
    )
    who = audit.Who.of(identity, publisher, remote_address)
    # It may have been deleted meanwhile, which fails at the end of the transaction.
    camera = Camera.objects.filter(pk=camera_id).first()
    audit.record(AuditKind.FILMED, camera=camera, who=who, session=session)
    return session


def _fitting(name: str, text: str) -> str:
    """As much of it as the field holds."""
    field: Any = CaptureSession._meta.get_field(name)
    return text[: field.max_length]


def resume_session(
    number: int, identity: Identity, within_s: float, transport: str
) -> CaptureSession | None:
    """The session, open again, when the same user or key may go on with it."""
    now = timezone.now()
    resumable = Q(ended=None) | Q(
        ended__gt=now - timedelta(seconds=within_s), end_reason__in=_RESUMABLE
    )
    found = CaptureSession.objects.filter(_belongs_to(identity), resumable, pk=number)
    try:
        # One statement: a concurrent close happens entirely before or after it.
        resumed = found.update(ended=None, end_reason="", last_seen=now, transport=transport)
    except Unavailable as error:
        # A full disk, say, can still be read: `record_running` opens it again once it has room.
        outages.note(error)
        return found.first()
    return get_session(number) if resumed else None


def get_session(number: int) -> CaptureSession | None:
    return CaptureSession.objects.filter(pk=number).first()


def last_sessions(camera_ids: Collection[UUID]) -> dict[UUID, LastSession]:
    """The newest session of each of the cameras; none of those that have never published."""
    newest = CaptureSession.objects.filter(camera=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    numbers = Camera.objects.filter(pk__in=camera_ids).values(newest=Subquery(newest))
    rows = CaptureSession.objects.filter(pk__in=numbers).order_by()
    return {
        row.camera_id: LastSession(row.pk, row.publisher, row.ended, row.end_reason, row.last_seen)
        for row in rows.only("camera_id", "publisher", "ended", "end_reason", "last_seen")
    }


def _belongs_to(identity: Identity) -> Q:
    if identity.key_id is not None:
        return Q(key=identity.key_id)
    if identity.user_id is not None:
        return Q(user=identity.user_id, key=None)
    return Q(pk__in=())


def record(number: int, **progress: Unpack[Progress]) -> None:
    _open(number).update(last_seen=timezone.now(), **_changes(progress))


def record_running(number: int, **progress: Unpack[Progress]) -> None:
    """Of a session that publishes: one that was closed for lack of news, or that went on while this
    could not be written, is opened again."""
    running = Q(ended=None) | Q(end_reason__in=_RESUMABLE)
    CaptureSession.objects.filter(running, pk=number).update(
        ended=None, end_reason="", last_seen=timezone.now(), **_changes(progress)
    )


def close_session(
    number: int,
    reason: str,
    ended: datetime | None = None,
    *,
    was_connected: bool = True,
    **progress: Unpack[Progress],
) -> None:
    """The first reason stays: closing what is closed changes nothing. `ended`: None is now.

    Of a camera that never connected no record stays, unless it had sent something before.
    """
    at = ended or timezone.now()
    _open(number).update(ended=at, last_seen=at, end_reason=reason, **_changes(progress))
    if not was_connected:
        empty = CaptureSession.objects.filter(pk=number, frames=0, dropped=0, ended=at)
        _delete(empty, what="failed")


def _changes(progress: Progress) -> dict[str, Any]:
    values: dict[str, Any] = dict(progress)
    latency_ms = values.pop("latency_ms", None)
    # Added up by the database: a session that changes its way in has two who tell of it.
    for counter in ("frames", "bytes", "dropped", "wanted_s", "wanted_frames"):
        values[counter] = F(counter) + values.get(counter, 0)
    wanted_s = Greatest(values["wanted_s"], Value(1.0))
    values["mean_fps"] = Round(values["wanted_frames"] / wanted_s, 1)
    if latency_ms is not None:
        before_ms = Coalesce(F("latency_ms"), Value(latency_ms))
        sum_ms = before_ms * F("frames") + latency_ms * progress["frames"]
        values["latency_ms"] = Round(sum_ms / Greatest(values["frames"], Value(1)), 1)
    return values


def _open(number: int) -> QuerySet[CaptureSession]:
    return CaptureSession.objects.filter(pk=number, ended=None)


def close_abandoned(older_than_s: float, held: Collection[int] = ()) -> int:
    """Closes sessions whose process died without a word, but for those held. Returns how many."""
    silent_since = timezone.now() - timedelta(seconds=older_than_s)
    abandoned = CaptureSession.objects.filter(ended=None, last_seen__lt=silent_since)
    return abandoned.exclude(pk__in=held).update(
        ended=F("last_seen"), end_reason=EndReason.SERVER_STOPPED
    )


def all_frames() -> int:
    """The frames of all sessions on record."""
    return CaptureSession.objects.aggregate(frames=Sum("frames"))["frames"] or 0


def open_cameras() -> list[UUID]:
    """The cameras that have an open session."""
    return list(
        CaptureSession.objects.filter(ended=None)
        .order_by()
        .values_list("camera_id", flat=True)
        .distinct()
    )


#: In one statement: writers of SQLite wait for each other.
MAX_PRUNED = 500


def prune(kept_days: float) -> int:
    """Deletes records of sessions that ended so long ago, MAX_PRUNED at most, the oldest first.

    Returns how many. The last one of each camera stays: it tells that the camera has been live.
    """
    ended_before = timezone.now() - timedelta(days=kept_days)
    newer = CaptureSession.objects.filter(camera=OuterRef("camera"), pk__gt=OuterRef("pk"))
    old = CaptureSession.objects.filter(Exists(newer), ended__lt=ended_before).order_by("pk")
    return _delete(
        CaptureSession.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:MAX_PRUNED]))
    )


@transaction.atomic
def _delete(sessions: QuerySet[CaptureSession], **details: str) -> int:
    """How many there were. The audit log keeps that they were, and until when."""
    audit.keep_ends(sessions, **details)
    _deleted, by_model = sessions.delete()
    return by_model.get(CaptureSession._meta.label, 0)
