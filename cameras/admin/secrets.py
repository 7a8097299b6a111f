from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras import access
from cameras.admin.confirmation import confirmed
from cameras.admin.managed import CameraScopedAdmin
from cameras.models import ApiToken, PersonInvitation, PublishKey, ShareLink
from cameras.secret import Secret
from cameras.users import NAME_FIELD, User, signed_in_user


def show_once(request: HttpRequest, row: Secret, secret: str) -> None:
    message = gettext("The secret of “%(name)s” is %(secret)s. Copy it now: it isn't shown again.")
    messages.warning(request, message % {"name": row, "secret": secret})


def label(row: Secret) -> str:
    """Names alone are the same on many cameras."""
    match row:
        case PublishKey() | ShareLink():
            return f"{row.camera or row.created_by}: {row}"
        case ApiToken():
            return f"{row.user}: {row}"
    return str(row)


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
        secret = obj.generate()
        obj.check_quota()
        super().save_model(request, obj, form, change)
        show_once(request, obj, secret)

    @admin.action(description=_("Revoke selected"), permissions=["change"])
    @confirmed(
        _("Revoke these? Everything that uses them is disconnected at once. This can't be undone."),
        concerned=lambda secrets: secrets.filter(revoked=None),
        label=label,
    )
    def revoke(self, request: HttpRequest, secrets: QuerySet[Any]) -> None:
        revoke_all(request, secrets)


@admin.register(PublishKey)
class PublishKeyAdmin(CameraScopedAdmin, SecretAdmin):
    fixed = ("camera", "created_by", *SecretAdmin.fixed)
    list_display = ("name", "camera", "created_by", "created", "last_used", "revoked")
    list_select_related = ("camera", "created_by")
    search_fields = ("name", "camera__name")
    autocomplete_fields = ("camera",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = signed_in_user(request)
        super().save_model(request, obj, form, change)


@admin.register(ShareLink)
class ShareLinkAdmin(SecretAdmin):
    """Links are made on pages, where somebody sees what they lead to."""

    fixed = ("id", "camera", "group", "created_by", "origins", "max_viewers", *SecretAdmin.fixed)
    fields = ("name", *fixed)
    list_display = ("name", "camera", "group", "created_by", "expires", "last_used", "revoked")
    list_select_related = ("camera", "group", "created_by")
    search_fields = ("name", "camera__name", "group__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShareLink]:
        user = signed_in_user(request)
        everything = super().get_queryset(request)
        if user.is_superuser:
            return everything
        return everything.filter(pk__in=access.revocable_links(user).values("pk"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(PersonInvitation)
class PersonInvitationAdmin(SecretAdmin):
    fixed = ("created_by", "expires", "used", *SecretAdmin.fixed)
    fields = ("name", *fixed)
    list_display = ("name", "created_by", "created", "expires", "used", "revoked")
    list_select_related = ("created_by",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonInvitation]:
        user = signed_in_user(request)
        everything = super().get_queryset(request)
        return everything if user.is_superuser else everything.filter(created_by=user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(SecretAdmin):
    fixed = ("user", *SecretAdmin.fixed)
    list_display = ("name", "user", "expires", "created", "last_used", "revoked")
    list_select_related = ("user",)
    search_fields = ("name", f"user__{NAME_FIELD}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        return super().get_queryset(request).filter(user__in=selectable_users(request))

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.name == "user":
            kwargs["queryset"] = selectable_users(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def selectable_users(request: HttpRequest) -> QuerySet[User]:
    """A token is its user: only superusers make one for somebody else."""
    user = signed_in_user(request)
    everybody = User._default_manager.all()
    return everybody if user.is_superuser else everybody.filter(pk=user.pk)
