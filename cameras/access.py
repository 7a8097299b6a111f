"""The one rule book: who may watch, publish to and manage which camera."""

from __future__ import annotations

from importlib import import_module
from typing import TypeAlias
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from cameras.identity import Identity as Identity
from cameras.models import ApiToken, Camera, Grant, PublishKey, Role, Visibility

NO_SUCH_CAMERA = _("There is no such camera, or it is not yours to see.")

Who: TypeAlias = User | AnonymousUser | PublishKey

# What the model permissions, given to a person or a group, allow on every camera.
_PERMISSIONS = {
    Role.WATCH: ("view_camera", "change_camera"),
    Role.PUBLISH: ("change_camera",),
    Role.MANAGE: ("change_camera",),
}


def watchable(who: Who) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match who:
        case User(is_active=True):
            open_to_users = Q(visibility__in=(Visibility.SIGNED_IN, Visibility.PUBLIC))
            return enabled.filter(_has(who, Role.WATCH) | open_to_users)
        case AnonymousUser():
            return enabled.filter(visibility=Visibility.PUBLIC)
    return Camera.objects.none()


def publishable(who: Who) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match who:
        case PublishKey(revoked=None):
            return enabled.filter(pk=who.camera_id)
        case User(is_active=True):
            return enabled.filter(_has(who, Role.PUBLISH))
    return Camera.objects.none()


def manageable(who: Who) -> QuerySet[Camera]:
    match who:
        case User(is_active=True):
            return Camera.objects.filter(_has(who, Role.MANAGE))
    return Camera.objects.none()


def visible(who: Who) -> QuerySet[Camera]:
    """What one may watch, and what one may manage though nobody may watch it."""
    return (watchable(who) | manageable(who)).select_related("owner")


def visible_with_rights(who: Who) -> QuerySet[Camera]:
    """Each says by `manageable` and `publishable` what else one may do with it."""
    itself = OuterRef("pk")
    return visible(who).annotate(
        manageable=Exists(manageable(who).filter(pk=itself)),
        publishable=Exists(publishable(who).filter(pk=itself)),
    )


def visible_camera(who: Who, slug: str) -> Camera:
    """Raises Http404 for a camera that does not exist and for one that is not theirs to see."""
    camera = visible(who).filter(slug=slug).first()
    if camera is None:
        raise Http404(NO_SUCH_CAMERA)
    return camera


def can_watch(who: Who, camera: Camera) -> bool:
    return watchable(who).filter(pk=camera.pk).exists()


def can_publish(who: Who, camera: Camera) -> bool:
    return publishable(who).filter(pk=camera.pk).exists()


def can_manage(who: Who, camera: Camera) -> bool:
    return manageable(who).filter(pk=camera.pk).exists()


def may_create(who: Who) -> bool:
    """Whether one may add cameras, which are one's own then."""
    return isinstance(who, User) and who.is_active


def keys_made_by(user: User) -> QuerySet[PublishKey]:
    """The valid keys that one gave out and may take back, whosever the cameras are now."""
    return PublishKey.valid().filter(created_by=user)


def can_invite(who: Who, camera: Camera) -> bool:
    """Whether they may give phones a key of the camera."""
    return can_manage(who, camera)


def _has(user: User, role: Role) -> Q:
    if user.is_superuser:
        return Q(pk__isnull=False)
    granted = Grant.objects.filter(camera=OuterRef("pk"), user=user, role__in=role.or_more)
    permitted = Permission.objects.filter(
        Q(user=user) | Q(group__user=user),
        content_type__app_label="cameras",
        codename__in=_PERMISSIONS[role],
    )
    return Q(owner=user) | Q(Exists(granted)) | Q(Exists(permitted))


def who_is(identity: Identity) -> Who | None:
    """Whom the identity stands for now; None when it has ceased to stand for anybody."""
    if identity.key_id is not None:
        return PublishKey.valid().filter(pk=identity.key_id).first()
    if identity.token_id is not None:
        token = ApiToken.valid().filter(pk=identity.token_id, user=identity.user_id).first()
        return token.user if token else None
    if identity.user_id is None:
        return AnonymousUser()
    user = User.objects.filter(pk=identity.user_id, is_active=True).first()
    if user and identity.session_key and not _is_signed_in(user, identity.session_key):
        return None
    return user


def _is_signed_in(user: User, session_key: str) -> bool:
    session = _session(session_key)
    known = session.get(HASH_SESSION_KEY, "")
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return session.get(SESSION_KEY) == str(user.pk) and any(
        constant_time_compare(known, current) for current in hashes
    )


def _session(session_key: str) -> SessionBase:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store(session_key)


def publishable_camera(identity: Identity, camera_id: UUID) -> Camera | None:
    """The camera as it is now; None unless the identity may publish to it."""
    who = who_is(identity)
    return None if who is None else publishable(who).filter(pk=camera_id).first()


def watchable_ids(identity: Identity) -> set[UUID]:
    who = who_is(identity)
    return set() if who is None else set(watchable(who).values_list("pk", flat=True))
