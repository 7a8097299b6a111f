"""What cameras did in the last hour, day or week."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cameras import access, history
from cameras.models import Camera, CaptureSession
from streaming.api.serializers import (
    CameraHistorySerializer,
    HistorySerializer,
    RangeSerializer,
)
from streaming.api.views import LiveView
from streaming.domain.history import MINUTE_S, RANGES, Minute, Range, points
from streaming.domain.liveness import State
from streaming.domain.timeline import BadMinute, Session, Span, spans

#: Spans shorter than this share of the range become one: nobody would see them.
_SHORTEST = 1 / 720
_RANGE = OpenApiParameter("range", str, enum=list(RANGES), default="24h")


class CameraHistoryView(LiveView):
    """What a camera did in the last hour, day or week. Steps without data are left out.

    Who published is told to those who manage the camera.
    """

    @extend_schema(
        operation_id="camera_history", parameters=[_RANGE], responses=CameraHistorySerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        camera = self.camera(slug)
        name, chosen = _range(request)
        until_s = time.time()
        since_s = (until_s - chosen.length_s) // chosen.step_s * chosen.step_s
        facts = {
            **_facts(camera),
            **_times(name, chosen, since_s, until_s),
            "points": _points(camera, chosen, since_s),
            "spans": _spans(request, [camera], since_s, until_s)[camera.pk],
        }
        return Response(CameraHistorySerializer(facts).data)


class HistoryView(LiveView):
    """When each camera that you may see was live, lost, paused or off in the last hour, day or
    week."""

    @extend_schema(operation_id="history", parameters=[_RANGE], responses=HistorySerializer)
    def get(self, request: Request) -> Response:
        name, chosen = _range(request)
        until_s = time.time()
        since_s = until_s - chosen.length_s
        cameras = list(access.visible(request.user).order_by("name"))
        found = _spans(request, cameras, since_s, until_s)
        facts = {
            **_times(name, chosen, since_s, until_s),
            "cameras": [{**_facts(each), "spans": found[each.pk]} for each in cameras],
        }
        return Response(HistorySerializer(facts).data)


def _range(request: Request) -> tuple[str, Range]:
    """Raises ValidationError for one that there is not."""
    asked = RangeSerializer(data=request.query_params)
    asked.is_valid(raise_exception=True)
    name: str = asked.validated_data["range"]
    return name, RANGES[name]


def _facts(camera: Camera) -> dict[str, str]:
    return {"camera": camera.slug, "name": camera.name}


def _times(name: str, chosen: Range, since_s: float, until_s: float) -> dict[str, Any]:
    since, until = _moment(since_s), _moment(until_s)
    return {"range": name, "since": since, "until": until, "step_s": chosen.step_s}


def _moment(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


def _points(camera: Camera, chosen: Range, since_s: float) -> list[dict[str, Any]]:
    rows = history.minutes(camera.pk, _moment(since_s))
    minutes = ((round(at.timestamp()), Minute(**minute)) for at, minute in rows)
    return [
        {**asdict(point), "at": _moment(point.at_s)} for point in points(minutes, chosen.step_s)
    ]


def _spans(
    request: Request, cameras: Collection[Camera], since_s: float, until_s: float
) -> Mapping[UUID, list[dict[str, Any]]]:
    ids = [camera.pk for camera in cameras]
    known = set(access.with_known_past(request.user).values_list("pk", flat=True))
    since = _moment(since_s)
    sessions, bad = _sessions(ids, since), _bad_minutes(ids, since)
    shortest_s = (until_s - since_s) * _SHORTEST
    return {
        pk: [
            _told(span, pk in known)
            for span in spans(sessions[pk], bad[pk], since_s, until_s, shortest_s)
        ]
        for pk in ids
    }


def _sessions(ids: Collection[UUID], since: datetime) -> Mapping[UUID, list[Session]]:
    found: defaultdict[UUID, list[Session]] = defaultdict(list)
    for each in history.sessions(ids, since):
        found[each.camera_id].append(_session(each))
    return found


def _session(row: CaptureSession) -> Session:
    ended_s = row.ended.timestamp() if row.ended else None
    return Session(row.started.timestamp(), ended_s, row.end_reason, row.publisher)


def _bad_minutes(ids: Collection[UUID], since: datetime) -> Mapping[UUID, list[BadMinute]]:
    found: defaultdict[UUID, list[BadMinute]] = defaultdict(list)
    # One that began before may reach into this time.
    for pk, minute, lost_s, _paused_s in history.troubled(ids, since - timedelta(seconds=MINUTE_S)):
        state = State.LOST if lost_s else State.PAUSED
        found[pk].append(BadMinute(minute.timestamp(), state))
    return found


def _told(span: Span, knows_publisher: bool) -> dict[str, Any]:
    return {
        "state": span.state,
        "started": _moment(span.from_s),
        "ended": _moment(span.to_s),
        "reason": span.reason or None,
        "publisher": (span.publisher or None) if knows_publisher else None,
        "count": span.count,
    }
