from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.access import manageable
from cameras.admin.confirmation import confirmed
from cameras.admin.secrets import label, revoke_all, show_once
from cameras.bounds import bounds
from cameras.models import Camera, CaptureSession, Grant, PublishKey
from cameras.users import NAME_FIELD, signed_in_user


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another person needs a grant of their own: the first one's right must visibly end.
        for name in {"user", "user_group"} & self.fields.keys():
            self.fields[name].disabled = bool(self.instance.pk)

    def clean(self) -> dict[str, Any] | None:
        given: dict[str, Any] | None = super().clean()
        who = [self.cleaned_data.get("user"), self.cleaned_data.get("user_group")]
        if not self.instance.invitation_id and sum(each is not None for each in who) != 1:
            raise forms.ValidationError(_("Choose either a person or a group of people."))
        return given


class GrantInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Grant
    form = GrantForm
    fields = ("user", "user_group", "role")
    autocomplete_fields = ("user",)
    extra = 0


class PublishKeyInline(admin.TabularInline):  # type: ignore[type-arg]
    model = PublishKey
    fields = ("name", "created_by", "created", "last_used", "revoked")
    readonly_fields = fields
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[PublishKey]:
        return super().get_queryset(request).select_related("created_by")

    def has_add_permission(self, request: HttpRequest, obj: Camera | None = None) -> bool:
        return False


@admin.register(Camera)
class CameraAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    # Open tuples: the live side adds to them.
    list_display: tuple[str, ...] = (
        "name",
        "slug",
        "location",
        "owner",
        "visibility",
        "enabled",
        "created",
    )
    list_filter = ("enabled", "visibility", "delivery", "codec")
    list_select_related = ("owner",)
    search_fields = ("name", "slug", "location", f"owner__{NAME_FIELD}")
    autocomplete_fields = ("owner",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("created",)
    inlines = (GrantInline, PublishKeyInline)
    actions: tuple[str, ...] = ("enable", "disable", "make_keys", "revoke_keys")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Camera]:
        return manageable(signed_in_user(request))

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        return super().formfield_for_dbfield(db_field, request, **bounds(db_field), **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": signed_in_user(request).pk, **super().get_changeform_initial_data(request)}

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        tree, counts, forbidden, protected = super().get_deleted_objects(objs, request)
        # Nobody deletes a session by itself, but it goes with its camera.
        forbidden.discard(str(CaptureSession._meta.verbose_name))
        return tree, counts, forbidden, protected

    @admin.action(description=_("Enable selected cameras"), permissions=["change"])
    def enable(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        set_enabled(cameras, True)
        messages.success(request, gettext("Enabled."))

    @admin.action(description=_("Disable selected cameras"), permissions=["change"])
    @confirmed(
        _(
            "Disable these cameras? Everyone filming or watching is disconnected until you enable"
            " them again."
        ),
        concerned=lambda cameras: cameras.filter(enabled=True),
    )
    def disable(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        set_enabled(cameras, False)
        messages.success(request, gettext("Disabled."))

    @admin.action(
        description=_("Create a publish key for selected cameras"), permissions=["change"]
    )
    def make_keys(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        for camera in cameras:
            key, secret = PublishKey.issue(
                camera=camera, name=camera.name, created_by=signed_in_user(request)
            )
            show_once(request, key, secret)

    @admin.action(
        description=_("Revoke all publish keys of selected cameras"), permissions=["change"]
    )
    @confirmed(
        _("Revoke these publish keys? Devices that film with them are disconnected at once."),
        concerned=lambda cameras: valid_keys(cameras).order_by("camera__name", "name"),
        label=label,
    )
    def revoke_keys(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        revoke_all(request, valid_keys(cameras))


def valid_keys(cameras: QuerySet[Camera]) -> QuerySet[PublishKey]:
    return PublishKey.valid().filter(camera__in=cameras)


@transaction.atomic
def set_enabled(cameras: QuerySet[Camera], enabled: bool) -> None:
    # One by one: a bulk update tells nobody that rights have changed.
    for camera in cameras:
        camera.enabled = enabled
        camera.save(update_fields=["enabled"])
