from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.access import manageable
from cameras.models import ApiToken, Camera, CaptureSession, Grant, PublishKey
from cameras.secret import Secret


def manager(request: HttpRequest) -> User:
    """Who is signed in to the admin, which lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def show_once(request: HttpRequest, row: Secret, secret: str) -> None:
    message = gettext("The secret of “%(name)s” is %(secret)s. Copy it now: it is not shown again.")
    messages.warning(request, message % {"name": row, "secret": secret})


class OfCamera(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows of cameras that one manages, and no others to choose from."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(camera__in=manageable(manager(request)))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "camera":
            kwargs["queryset"] = manageable(manager(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another person is another grant: the former one's right must be seen to end.
        if self.instance.pk and "user" in self.fields:
            self.fields["user"].disabled = True


class GrantInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Grant
    form = GrantForm
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
    list_filter = ("enabled", "visibility", "delivery")
    list_select_related = ("owner",)
    search_fields = ("name", "slug", "location", "owner__username")
    autocomplete_fields = ("owner",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("created",)
    inlines = (GrantInline, PublishKeyInline)
    actions: tuple[str, ...] = ("enable", "disable", "make_keys", "revoke_keys")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Camera]:
        return manageable(manager(request))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": manager(request).pk, **super().get_changeform_initial_data(request)}

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
    def disable(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        set_enabled(cameras, False)
        messages.success(request, gettext("Disabled."))

    @admin.action(description=_("Make a publish key for selected cameras"), permissions=["change"])
    def make_keys(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        for camera in cameras:
            key, secret = PublishKey.issue(
                camera=camera, name=camera.name, created_by=manager(request)
            )
            show_once(request, key, secret)

    @admin.action(
        description=_("Revoke all publish keys of selected cameras"), permissions=["change"]
    )
    def revoke_keys(self, request: HttpRequest, cameras: QuerySet[Camera]) -> None:
        revoke_all(request, PublishKey.valid().filter(camera__in=cameras))


@transaction.atomic
def set_enabled(cameras: QuerySet[Camera], enabled: bool) -> None:
    # One by one: a bulk update tells nobody that rights have changed.
    for camera in cameras:
        camera.enabled = enabled
        camera.save(update_fields=["enabled"])


@transaction.atomic
def revoke_all(request: HttpRequest, secrets: QuerySet[Any]) -> None:
    for row in secrets:
        row.revoke()
    messages.success(request, gettext("Revoked."))


class SecretAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Secrets are made and revoked, never read: the one moment to copy one is after adding it."""

    #: Shown once the secret is made, and not to be changed.
    fixed: ClassVar[tuple[str, ...]] = ("created", "last_used", "revoked")
    list_filter = (("revoked", admin.EmptyFieldListFilter),)
    actions = ("revoke",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else self.fixed

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        secret = obj.draw()
        super().save_model(request, obj, form, change)
        show_once(request, obj, secret)

    @admin.action(description=_("Revoke selected"), permissions=["change"])
    def revoke(self, request: HttpRequest, secrets: QuerySet[Any]) -> None:
        revoke_all(request, secrets)


@admin.register(PublishKey)
class PublishKeyAdmin(OfCamera, SecretAdmin):
    fixed = ("camera", "created_by", *SecretAdmin.fixed)
    list_display = ("name", "camera", "created_by", "created", "last_used", "revoked")
    list_select_related = ("camera", "created_by")
    search_fields = ("name", "camera__name")
    autocomplete_fields = ("camera",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = manager(request)
        super().save_model(request, obj, form, change)


@admin.register(ApiToken)
class ApiTokenAdmin(SecretAdmin):
    fixed = ("user", *SecretAdmin.fixed)
    list_display = ("name", "user", "expires", "created", "last_used", "revoked")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        return super().get_queryset(request).filter(user__in=people(request))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "user":
            kwargs["queryset"] = people(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def people(request: HttpRequest) -> QuerySet[User]:
    """A token is its user: only superusers make one for somebody else."""
    user = manager(request)
    return User.objects.all() if user.is_superuser else User.objects.filter(pk=user.pk)


@admin.register(CaptureSession)
class CaptureSessionAdmin(OfCamera):
    list_display = (
        "id",
        "camera",
        "publisher",
        "transport",
        "started",
        "ended",
        "end_reason",
        "frames",
        "mean_fps",
        "latency_ms",
    )
    list_filter = ("transport", "end_reason", ("ended", admin.EmptyFieldListFilter), "started")
    list_select_related = ("camera",)
    search_fields = ("camera__name", "publisher", "remote_address")

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
