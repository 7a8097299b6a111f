from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ManyToManyField, QuerySet
from django.http import HttpRequest

from cameras import access, groups
from cameras.admin.cameras import GrantInline
from cameras.models import Camera, CameraGroup
from cameras.users import NAME_FIELD, signed_in_user


@admin.register(CameraGroup)
class CameraGroupAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "owner", "created")
    list_select_related = ("owner",)
    search_fields = ("name", "slug", f"owner__{NAME_FIELD}")
    autocomplete_fields = ("owner",)
    filter_horizontal = ("cameras",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CameraGroup]:
        return access.manageable_groups(signed_in_user(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Links and screens hold the address.
        # What was granted on it would hold for the new owner's cameras.
        owner = () if signed_in_user(request).is_superuser else ("owner",)
        return ("slug", *owner, "created") if obj else ("created",)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        may_share = obj is not None and access.can_share(signed_in_user(request), obj)
        return [GrantInline] if may_share else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": signed_in_user(request).pk, **super().get_changeform_initial_data(request)}

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        kwargs["queryset"] = access.visible(signed_in_user(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        # Not the form's own way, which would take out what its reader can't see.
        chosen: QuerySet[Camera] = form.cleaned_data["cameras"]
        groups.fill(form.instance, chosen, by=signed_in_user(request))
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
