from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import IsAuthenticated
from rest_framework.serializers import (
    FloatField,
    HyperlinkedIdentityField,
    ModelSerializer,
    SlugRelatedField,
)
from rest_framework.viewsets import ReadOnlyModelViewSet

from cameras.access import manageable
from cameras.api.filters import SessionFilter
from cameras.models import Camera, CaptureSession


class SessionSerializer(ModelSerializer[CaptureSession]):
    url = HyperlinkedIdentityField(view_name="api-session-detail")
    camera = SlugRelatedField[Camera](slug_field="slug", read_only=True)
    duration_s = FloatField(
        read_only=True, help_text=_("Of an open one, up to its last sign of life.")
    )

    class Meta:
        model = CaptureSession
        fields = (
            "url",
            "id",
            "camera",
            "publisher",
            "remote_address",
            "user_agent",
            "transport",
            "started",
            "last_seen",
            "ended",
            "end_reason",
            "duration_s",
            "frames",
            "bytes",
            "dropped",
            "mean_fps",
            "latency_ms",
        )


@extend_schema_view(
    list=extend_schema(description=_("Who published what, of the cameras you manage.")),
    retrieve=extend_schema(description=_("One session of a camera you manage.")),
)
class SessionViewSet(ReadOnlyModelViewSet[CaptureSession]):
    permission_classes = (IsAuthenticated,)
    serializer_class = SessionSerializer
    queryset = CaptureSession.objects.none()
    lookup_value_regex = r"\d{1,10}"
    filter_backends = (DjangoFilterBackend,)
    filterset_class = SessionFilter

    def get_queryset(self) -> QuerySet[CaptureSession]:
        cameras = manageable(self.request.user)
        return CaptureSession.objects.filter(camera__in=cameras).select_related("camera")

    def get_object(self) -> CaptureSession:
        try:
            return super().get_object()
        except Http404:
            raise Http404(
                _("This session doesn't exist, or you don't manage its camera.")
            ) from None
