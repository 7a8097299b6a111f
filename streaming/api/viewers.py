"""Who watches a camera now, by name: for those who manage it, and nobody else."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras import access, audit, audit_words
from cameras.models import AuditEvent, Camera
from streaming.api.throttles import PollThrottle
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import store

#: Of more than that, how many there are.
MAX_NAMED = 100


class ViewerSerializer(serializers.Serializer[Any]):
    """One who watches now."""

    name = serializers.CharField(help_text=_("Of the person, or where a visitor comes from."))
    kind = serializers.CharField(source="actor_kind", help_text=_("person, token or visitor."))
    address = serializers.CharField()
    since = serializers.DateTimeField(source="started")


class ViewersSerializer(serializers.Serializer[Any]):
    """Who watches a camera now, those first who have watched for longest."""

    viewers = ViewerSerializer(many=True)
    more = serializers.IntegerField(help_text=_("Number of viewers not named here."))


class ViewersView(APIView):
    """Who watches a camera that you manage, by name. A moment late: as the audit log has it."""

    permission_classes = (IsAuthenticated,)
    # Pages ask for it every few seconds.
    throttle_classes = (PollThrottle,)

    @extend_schema(operation_id="camera_viewers", responses=ViewersSerializer)
    def get(self, request: Request, slug: str) -> Response:
        camera = access.manageable(request.user).filter(Camera.at(slug)).first()
        if camera is None:
            raise Http404(access.NO_SUCH_CAMERA)
        visits = _of_live_processes(audit.watching_now(camera))
        named = [
            {
                "name": audit_words.actor(visit),
                "actor_kind": visit.actor_kind,
                "address": visit.address,
                "started": visit.started,
            }
            for visit in visits[:MAX_NAMED]
        ]
        more = visits.count() - len(named)
        return Response(ViewersSerializer({"viewers": named, "more": max(0, more)}).data)


def _of_live_processes(visits: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
    """Those of a process that was killed watch no longer, though nobody has said so yet."""
    try:
        alive = [process.id for process in store().processes()]
    except Unavailable:
        return visits
    return visits.filter(process__in=alive)
