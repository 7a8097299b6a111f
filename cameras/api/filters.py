from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from cameras.access import visible_groups
from cameras.models import AuditEvent, AuditQuerySet, Camera, CaptureSession


@extend_schema_field(OpenApiTypes.BOOL)
class StrictBooleanFilter(filters.TypedChoiceFilter):  # type: ignore[misc]
    """Refuses what is neither, where BooleanFilter would filter nothing."""

    def __init__(self, **options: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce=lambda value: value == "true", **options)


class CameraFilter(filters.FilterSet):  # type: ignore[misc]
    enabled = StrictBooleanFilter()
    group = filters.CharFilter(method="of_group", help_text=_("Slug of a group of cameras."))

    class Meta:
        model = Camera
        fields = ("enabled", "visibility")

    def of_group(self, cameras: QuerySet[Camera], _name: str, slug: str) -> QuerySet[Camera]:
        groups = visible_groups(self.request.user).filter(slug=slug)
        return cameras.filter(groups__in=groups.values("pk"))


class SessionFilter(filters.FilterSet):  # type: ignore[misc]
    camera = filters.CharFilter(method="of_camera", help_text=_("Slug or id of the camera."))
    open = StrictBooleanFilter(
        field_name="ended", lookup_expr="isnull", help_text=_("Whether it goes on.")
    )
    started_after = filters.IsoDateTimeFilter("started", lookup_expr="gte")
    started_before = filters.IsoDateTimeFilter("started", lookup_expr="lt")
    ordering = filters.OrderingFilter(fields=("started", "ended", "frames", "bytes"))

    class Meta:
        model = CaptureSession
        fields = ("transport", "end_reason")

    def of_camera(
        self, sessions: QuerySet[CaptureSession], _name: str, address: str
    ) -> QuerySet[CaptureSession]:
        return sessions.filter(camera__in=Camera.objects.filter(Camera.at(address)))


class AuditFilter(filters.FilterSet):  # type: ignore[misc]
    camera = filters.CharFilter(method="of_camera", help_text=_("Slug or id of the camera."))
    who = filters.CharFilter(method="of_person", help_text=_("Part of a name, or an address."))
    started_after = filters.IsoDateTimeFilter("started", lookup_expr="gte")
    started_before = filters.IsoDateTimeFilter("started", lookup_expr="lt")

    class Meta:
        model = AuditEvent
        fields = ("kind", "actor_kind")

    def of_camera(self, events: AuditQuerySet, _name: str, address: str) -> AuditQuerySet:
        return events.filter(camera__in=Camera.objects.filter(Camera.at(address)))

    def of_person(self, events: AuditQuerySet, _name: str, who: str) -> AuditQuerySet:
        return events.of(who)
