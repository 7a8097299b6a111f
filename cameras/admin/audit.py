from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cameras import audit_words
from cameras.access import auditable
from cameras.models import AuditEvent
from cameras.users import signed_in_user


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The log is read here, and changed nowhere."""

    date_hierarchy = "started"
    list_display = ("started", "who", "what", "camera_name", "address", "until")
    list_filter = ("kind", "actor_kind", "started")
    search_fields = ("actor", "address", "camera_name")

    @admin.display(description=_("Who"))
    def who(self, event: AuditEvent) -> str:
        return audit_words.actor(event)

    @admin.display(description=_("What"))
    def what(self, event: AuditEvent) -> str:
        return audit_words.sentence(event)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        return auditable(signed_in_user(request)).for_display()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Not by the permission to change it, which nobody has in effect.
        return request.user.has_perm("cameras.view_auditevent")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
