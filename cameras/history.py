"""The record of what each camera did, minute by minute. Written and read by the live side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from cameras.models import Camera, CameraMinute, CaptureSession


class Minute(TypedDict):
    """Fields of a `CameraMinute`; what was not measured is None."""

    live_s: int
    paused_s: int
    lost_s: int
    frames: int
    dropped: int
    fps: float
    bits_per_s: int
    viewers: int
    uplink_ms: int | None
    latency_p50_ms: int | None
    latency_p95_ms: int | None


def record(minute: datetime, cameras: Mapping[UUID, Minute]) -> None:
    """Write one minute of these cameras, in one transaction.

    Of two records of a minute the first stays. Cameras that were deleted meanwhile are left out.
    """
    with transaction.atomic():
        # Nobody deletes one of them before its row is there.
        known = Camera.objects.select_for_update(no_key=True).filter(pk__in=cameras)
        rows = [
            CameraMinute(
                camera_id=pk, minute=minute, is_troubled=_is_troubled(cameras[pk]), **cameras[pk]
            )
            for pk in known.order_by("pk").values_list("pk", flat=True)
        ]
        CameraMinute.objects.bulk_create(rows, ignore_conflicts=True)


def _is_troubled(minute: Minute) -> bool:
    return minute["lost_s"] > 0 or minute["paused_s"] > minute["live_s"]


def minutes(camera_id: UUID, since: datetime) -> Iterator[tuple[datetime, Minute]]:
    """Those of a camera, the oldest first."""
    found = CameraMinute.objects.filter(camera=camera_id, minute__gte=since).order_by("minute")
    for row in found.values("minute", *Minute.__annotations__).iterator(chunk_size=2000):
        yield row.pop("minute"), row


def troubled(
    camera_ids: Collection[UUID], since: datetime
) -> QuerySet[CameraMinute, tuple[UUID, datetime, int, int]]:
    """Camera, minute, `lost_s` and `paused_s` of the minutes in which a camera was lost or mostly
    paused, the oldest first."""
    found = CameraMinute.objects.filter(is_troubled=True, camera__in=camera_ids, minute__gte=since)
    return found.order_by("minute").values_list("camera_id", "minute", "lost_s", "paused_s")


#: Whoever has more than so many sessions in a week sees the newest.
MAX_SESSIONS = 10_000


def sessions(camera_ids: Collection[UUID], since: datetime) -> list[CaptureSession]:
    """What was published since then, and the last session of each camera before: by that one knows
    why it was off. The oldest first."""
    lately = CaptureSession.objects.filter(camera__in=camera_ids, last_seen__gte=since)
    earlier = CaptureSession.objects.filter(camera=OuterRef("pk"), last_seen__lt=since)
    cameras = Camera.objects.filter(pk__in=camera_ids)
    before = cameras.values(last=Subquery(earlier.order_by("-pk").values("pk")[:1]))
    found = [*lately[:MAX_SESSIONS], *CaptureSession.objects.filter(pk__in=before)]
    return sorted(found, key=lambda session: session.started)


#: In one statement: writers of SQLite wait for each other.
MAX_PRUNED = 2000


def prune(kept_days: float) -> int:
    """Delete minutes older than this, MAX_PRUNED at most. Returns how many."""
    before = timezone.now() - timedelta(days=kept_days)
    # Rows are added in the order of time: no index of the minute is needed.
    oldest = CameraMinute.objects.order_by("pk").values_list("pk", "minute")[:MAX_PRUNED]
    old = [pk for pk, minute in oldest if minute < before]
    return CameraMinute.objects.filter(pk__in=old).delete()[0]
