from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cameras.access import manageable
from cameras.admin.export import COLUMNS
from cameras.admin.managed import CameraScopedAdmin
from cameras.export import download
from cameras.models import CaptureSession
from cameras.users import signed_in_user


class OpenOrEnded(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("yes", pgettext_lazy("a session", "Open")),
            ("no", pgettext_lazy("a session", "Ended")),
        ]

    def queryset(
        self, request: HttpRequest, sessions: QuerySet[CaptureSession]
    ) -> QuerySet[CaptureSession]:
        if self.value() not in ("yes", "no"):
            return sessions
        return sessions.filter(ended__isnull=self.value() == "yes")


class ManagedCameras(admin.RelatedFieldListFilter):
    """Names no camera that one does not manage."""

    def field_choices(
        self, field: Field[Any, Any], request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        return [(str(camera.pk), camera.name) for camera in manageable(signed_in_user(request))]


@admin.register(CaptureSession)
class CaptureSessionAdmin(CameraScopedAdmin):
    date_hierarchy = "started"
    list_display = (
        "id",
        "camera",
        "publisher",
        "started",
        "ended",
        "end_reason",
        "duration",
        "transport",
        "frames",
        "mean_fps",
        "latency_ms",
    )
    list_filter = (OpenOrEnded, ("camera", ManagedCameras), "transport", "end_reason", "started")
    list_select_related = ("camera",)
    search_fields = ("=id", "camera__name", "camera__slug", "publisher", "remote_address")
    actions = ("export_csv",)

    @admin.display(description=_("Duration"))
    def duration(self, session: CaptureSession) -> str:
        minutes, seconds = divmod(round(session.duration_s), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}"

    @admin.action(description=_("Export selected sessions as CSV"), permissions=["view"])
    def export_csv(
        self, request: HttpRequest, sessions: QuerySet[CaptureSession]
    ) -> StreamingHttpResponse:
        return download("sessions.csv", sessions.select_related("camera"), COLUMNS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: CaptureSession | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: CaptureSession | None = None
    ) -> bool:
        return False
