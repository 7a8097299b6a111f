"""Every change that the audit log tells of, made on a page, by the API or in the admin."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from cameras.addresses import network_of
from cameras.audit import Who, keep_ends, now_acting, record
from cameras.models import (
    ApiToken,
    AuditKind,
    Camera,
    CameraGroup,
    CaptureSession,
    Grant,
    PersonInvitation,
    PublishKey,
    ShareLink,
    SignInLink,
    Source,
)
from cameras.secret import Secret, digest_of
from cameras.signals import M2M_CHANGES
from cameras.users import User, active_user

#: Failures to sign in that are recorded, of one address: a name once in so long, so many names.
_FAILURES_EVERY_S = 60
_MAX_FAILURES = 20

Fields = Collection[str] | None


# Cameras


@receiver(pre_save, sender=Camera)
def look_at_camera_before(instance: Camera, update_fields: Fields, **_: object) -> None:
    saved = Camera.objects.filter(pk=instance.pk).first()
    vars(instance)["_changed"] = [
        field.name
        for field in Camera._meta.concrete_fields
        if saved
        and (update_fields is None or field.name in update_fields)
        and getattr(saved, field.attname) != getattr(instance, field.attname)
    ]


@receiver(post_save, sender=Camera)
def camera_saved(instance: Camera, created: bool, **_: object) -> None:
    if created:
        record(AuditKind.CAMERA_ADDED, camera=instance)
    elif changed := vars(instance).pop("_changed", []):
        record(AuditKind.CAMERA_CHANGED, camera=instance, fields=changed)


@receiver(pre_delete, sender=Camera)
def camera_to_be_deleted(instance: Camera, **_: object) -> None:
    keep_ends(CaptureSession.objects.filter(camera=instance))


@receiver(post_delete, sender=Camera)
def camera_deleted(instance: Camera, **_: object) -> None:
    record(AuditKind.CAMERA_DELETED, camera_name=instance.name)


@receiver(post_save, sender=Source)
def source_saved(instance: Source, **_: object) -> None:
    record(AuditKind.CAMERA_CHANGED, camera=instance.camera, fields=["source"])


@receiver(post_delete, sender=Source)
def source_deleted(instance: Source, origin: Any, **_: object) -> None:
    # One that goes with its camera is not taken away by anybody.
    if getattr(origin, "model", type(origin)) is Source:
        record(AuditKind.CAMERA_CHANGED, camera=instance.camera, fields=["source"])


@receiver(post_save, sender=Grant)
def grant_saved(instance: Grant, **_: object) -> None:
    _shared(AuditKind.SHARED, instance.what, instance.who, what=instance.role)


@receiver(post_delete, sender=Grant)
def grant_deleted(instance: Grant, origin: Any, **_: object) -> None:
    # Those that go with a camera or a person are not taken back by anybody.
    if getattr(origin, "model", type(origin)) is Grant:
        _shared(AuditKind.UNSHARED, instance.what, instance.who)


@receiver(post_save, sender=ShareLink)
def link_saved(instance: ShareLink, created: bool, update_fields: Fields, **_: object) -> None:
    if kind := _made_or_revoked(instance, created, update_fields):
        shares = {"made": AuditKind.SHARED, "revoked": AuditKind.UNSHARED}
        _shared(shares[kind], instance.camera or instance.group, instance.name, what="link")


def _shared(kind: AuditKind, shared: object, person: object, **details: Any) -> None:
    """A camera, or a group of cameras, which the log knows by its name alone."""
    camera = shared if isinstance(shared, Camera) else None
    record(kind, camera=camera, camera_name=str(shared or ""), person=str(person), **details)


@receiver(post_save, sender=CameraGroup)
def group_saved(instance: CameraGroup, created: bool, **_: object) -> None:
    if created:
        record(AuditKind.GROUP_CHANGED, camera_name=instance.name, what="added")


@receiver(post_delete, sender=CameraGroup)
def group_deleted(instance: CameraGroup, **_: object) -> None:
    record(AuditKind.GROUP_CHANGED, camera_name=instance.name, what="deleted")


@receiver(m2m_changed, sender=CameraGroup.cameras.through)
def group_filled(instance: CameraGroup | Camera, action: str, **_: object) -> None:
    if action in M2M_CHANGES:
        record(AuditKind.GROUP_CHANGED, camera_name=instance.name, what="cameras")


# Secrets


@receiver(post_save, sender=PublishKey)
def key_saved(instance: PublishKey, created: bool, update_fields: Fields, **_: object) -> None:
    # The server's own key is made anew at each start.
    if instance.created_by is not None:
        _secret_saved(instance, created, update_fields, "key", camera=instance.camera)


@receiver(post_save, sender=ApiToken)
def token_saved(instance: ApiToken, created: bool, update_fields: Fields, **_: object) -> None:
    _secret_saved(instance, created, update_fields, "token", person=str(instance.user))


@receiver(post_save, sender=PersonInvitation)
def invitation_saved(
    instance: PersonInvitation, created: bool, update_fields: Fields, **_: object
) -> None:
    _secret_saved(instance, created, update_fields, "invitation")


@receiver(post_save, sender=SignInLink)
def sign_in_link_saved(instance: SignInLink, created: bool, **_: object) -> None:
    if created and instance.sets_password:
        record(AuditKind.SECRET_MADE, what="password_link", name=instance.name)


def _secret_saved(
    secret: Secret, created: bool, update_fields: Fields, what: str, **details: Any
) -> None:
    kinds = {"made": AuditKind.SECRET_MADE, "revoked": AuditKind.SECRET_REVOKED}
    if kind := _made_or_revoked(secret, created, update_fields):
        record(kinds[kind], what=what, name=secret.name, **details)


def _made_or_revoked(secret: Secret, created: bool, update_fields: Fields) -> str | None:
    if created:
        return "made"
    is_revoked = secret.revoked and "revoked" in (update_fields or ("revoked",))
    return "revoked" if is_revoked else None


# Accounts


@receiver(pre_save, sender=User)
def look_at_account_before(instance: User, update_fields: Fields, **_: object) -> None:
    fields = ("is_active", "is_superuser", "is_staff")
    if update_fields is not None and set(fields).isdisjoint(update_fields):
        return
    saved = User._default_manager.filter(pk=instance.pk).values(*_known(fields)).first() or {}
    vars(instance)["_changed"] = {
        name for name, value in saved.items() if value != getattr(instance, name)
    }


def _known(fields: Collection[str]) -> list[str]:
    """Those that the project's user model has."""
    return [field.name for field in User._meta.concrete_fields if field.name in fields]


@receiver(post_save, sender=User)
def account_saved(instance: User, created: bool, **_: object) -> None:
    changed = vars(instance).pop("_changed", set())
    if created:
        _account("added", instance)
        return
    if "is_active" in changed:
        _account("activated" if instance.is_active else "deactivated", instance)
    if changed - {"is_active"}:
        _account("permissions", instance)
    # A hash that is renewed at a sign-in is no new password.
    if getattr(instance, "_password", None) is not None:
        _account("password", instance)


@receiver(post_delete, sender=User)
def account_deleted(instance: User, **_: object) -> None:
    _account("deleted", instance)


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def account_rights_changed(instance: User | Group | Permission, action: str, **_: object) -> None:
    if action in M2M_CHANGES:
        _account("permissions", instance)


@receiver(m2m_changed, sender=Group.permissions.through)
def group_rights_changed(instance: Group | Permission, action: str, **_: object) -> None:
    if action in M2M_CHANGES:
        _account("permissions", instance)


def _account(what: str, whose: User | Group | Permission) -> None:
    record(AuditKind.ACCOUNT_CHANGED, what=what, person=str(whose))


# Signing in and out


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_: object) -> None:
    method = getattr(request, "signed_in_by", "")
    record(AuditKind.SIGNED_IN, who=_who(request, user), what=method)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_: object) -> None:
    if user is not None:
        record(AuditKind.SIGNED_OUT, who=_who(request, user))


@receiver(user_login_failed)
def sign_in_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **_: object
) -> None:
    who = now_acting() if request is None else _who(request, None)
    name = str(credentials.get("username", ""))
    if not _is_recorded(who, name):
        return
    # People type passwords in the wrong field: what is no name here is not kept.
    what = credentials.get("what", "password") if active_user(name) else "unknown"
    record(AuditKind.SIGN_IN_FAILED, who=who, what=what, person="" if what == "unknown" else name)


def _is_recorded(who: Who, name: str) -> bool:
    network = network_of(who.address)
    if not cache.add(f"audit:{digest_of(f'{network} {name}')}", True, _FAILURES_EVERY_S):
        return False
    count = f"audit:{network}"
    if cache.add(count, 1, _FAILURES_EVERY_S):
        return True
    try:
        return cache.incr(count) <= _MAX_FAILURES
    except ValueError:
        # The minute ended in that moment.
        return True


def _who(request: HttpRequest, user: User | None) -> Who:
    address = request.META.get("REMOTE_ADDR", "")
    return Who.of_request(request) if user is None else Who.of_user(user, address)
