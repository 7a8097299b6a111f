from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cameras import passkeys, two_step
from cameras.models import Passkey, TwoStep
from cameras.users import NAME_FIELD


class TakenAwayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People set these up themselves. Here they are taken away, for who has lost a device."""

    list_select_related = ("user",)
    search_fields = (f"user__{NAME_FIELD}",)

    def take_away(self, row: Any) -> None:
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.take_away(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.take_away(row)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Passkey)
class PasskeyAdmin(TakenAwayAdmin):
    list_display = ("user", "name", "host", "created", "last_used")

    def take_away(self, row: Passkey) -> None:
        passkeys.remove(row)


@admin.register(TwoStep)
class TwoStepAdmin(TakenAwayAdmin):
    list_display = ("user", "created")

    def take_away(self, row: TwoStep) -> None:
        two_step.turn_off(row.user)
