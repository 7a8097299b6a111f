from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cameras import access
from cameras.admin.managed import CameraScopedAdmin
from cameras.models import Source
from cameras.users import signed_in_user


@admin.register(Source)
class SourceAdmin(CameraScopedAdmin):
    """Which IP cameras the server connects to. Addresses and passwords are set on their page."""

    list_display = ("camera", "enabled", "only_wanted")
    list_filter = ("enabled",)
    fields = ("camera", "address", "user", "every_s", "enabled", "only_wanted")
    readonly_fields = ("camera", "address", "user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.can_add_sources(signed_in_user(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.can_add_sources(signed_in_user(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.can_add_sources(signed_in_user(request))
