from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest

from cameras.access import manageable
from cameras.users import signed_in_user


class CameraScopedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of cameras that one manages, and no others to choose from."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(camera__in=manageable(signed_in_user(request)))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "camera":
            kwargs["queryset"] = manageable(signed_in_user(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
