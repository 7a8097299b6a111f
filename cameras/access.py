"""The one rule book: who may watch, publish to and manage which camera."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import TypeAlias
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from cameras.identity import Identity as Identity
from cameras.models import ApiToken, Camera, FormerSlug, Grant, PublishKey, Role, Visibility, is_id
from cameras.users import User

NO_SUCH_CAMERA = _("There is no such camera, or it is not yours to see.")

#: Whose rights are asked for; a publish key acts for itself.
Actor: TypeAlias = User | AnonymousUser | PublishKey

# What the model permissions, given to a person or a group, allow on every camera.
_PERMISSIONS = {
    Role.WATCH: ("view_camera", "change_camera"),
    Role.PUBLISH: ("change_camera",),
    Role.MANAGE: ("change_camera",),
}


def watchable(actor: Actor) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match actor:
        case User(is_active=True):
            open_to_users = Q(visibility__in=(Visibility.SIGNED_IN, Visibility.PUBLIC))
            return enabled.filter(_has_role(actor, Role.WATCH) | open_to_users)
        case AnonymousUser():
            return enabled.filter(visibility=Visibility.PUBLIC)
    return Camera.objects.none()


def publishable(actor: Actor) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match actor:
        case PublishKey(revoked=None):
            own = enabled.filter(pk=actor.camera_id)
            # The server's own keys have no maker; those of people fall with their right.
            return own & publishable(actor.created_by) if actor.created_by else own
        case User(is_active=True):
            return enabled.filter(_has_role(actor, Role.PUBLISH))
    return Camera.objects.none()


def manageable(actor: Actor) -> QuerySet[Camera]:
    match actor:
        case User(is_active=True):
            return Camera.objects.filter(_has_role(actor, Role.MANAGE))
    return Camera.objects.none()


def visible(actor: Actor) -> QuerySet[Camera]:
    """What one may watch, and what one may manage though nobody may watch it."""
    return (watchable(actor) | manageable(actor)).select_related("owner")


def visible_with_rights(actor: Actor) -> QuerySet[Camera]:
    """Each says by `manageable` and `publishable` what else one may do with it."""
    itself = OuterRef("pk")
    return visible(actor).annotate(
        manageable=Exists(manageable(actor).filter(pk=itself)),
        publishable=Exists(publishable(actor).filter(pk=itself)),
    )


def visible_camera(actor: Actor, address: str) -> Camera:
    """The camera at an address (`Camera.at`).

    Raises Http404 for a camera that does not exist and for one that is not theirs to see.
    """
    camera = visible(actor).filter(Camera.at(address)).first()
    if camera is None:
        raise Http404(NO_SUCH_CAMERA)
    return camera


def can_publish(actor: Actor, camera: Camera) -> bool:
    return publishable(actor).filter(pk=camera.pk).exists()


def can_manage(actor: Actor, camera: Camera) -> bool:
    return manageable(actor).filter(pk=camera.pk).exists()


def can_create(actor: Actor) -> bool:
    """Whether they may add cameras, which they will own."""
    return isinstance(actor, User) and actor.is_active


def keys_created_by(user: User) -> QuerySet[PublishKey]:
    """The valid keys that the user issued and may revoke, even if the camera has changed hands."""
    return PublishKey.valid().filter(created_by=user)


def fallen_keys_of(user: User) -> QuerySet[PublishKey]:
    """Those of them that publish nothing: the user may no longer publish to their cameras."""
    publishing = Camera.objects.filter(_has_role(user, Role.PUBLISH))
    return keys_created_by(user).exclude(camera__in=publishing)


def keys_without_right(camera: Camera) -> list[PublishKey]:
    """The valid keys of a camera that publish nothing: who made them may no longer publish."""
    keys = PublishKey.valid().filter(camera=camera).exclude(created_by=None)
    makers = User._default_manager.filter(pk__in=keys.values("created_by"))
    may: dict[int | None, bool] = {
        maker.pk: _may_publish_when_enabled(maker, camera) for maker in makers
    }
    return [key for key in keys if not may[key.created_by_id]]


def _may_publish_when_enabled(user: User, camera: Camera) -> bool:
    allowed = Camera.objects.filter(_has_role(user, Role.PUBLISH), pk=camera.pk)
    return user.is_active and allowed.exists()


def knows_publishers(who: Actor | Identity) -> bool:
    """Whether those who may watch a camera are told who films, too: people who have signed in are,
    and their programs; visitors and publish keys are not."""
    if isinstance(who, Identity):
        return who.session_key is not None or who.token_id is not None
    return isinstance(who, User)


def can_invite(actor: Actor, camera: Camera) -> bool:
    """Whether they may give phones a key of the camera."""
    return can_manage(actor, camera)


def _has_role(user: User, role: Role) -> Q:
    if user.is_superuser:
        return Q(pk__isnull=False)
    granted = Grant.objects.filter(camera=OuterRef("pk"), user=user, role__in=role.or_more)
    permitted = Permission.objects.filter(
        Q(user=user) | Q(group__user=user),
        content_type__app_label="cameras",
        codename__in=_PERMISSIONS[role],
    )
    return Q(owner=user) | Q(Exists(granted)) | Q(Exists(permitted))


def actor_of(identity: Identity) -> Actor | None:
    """Who acts by this identity now; None when it no longer stands for anybody."""
    if identity.key_id is not None:
        return PublishKey.valid().filter(pk=identity.key_id).first()
    if identity.token_id is not None:
        token = ApiToken.valid().filter(pk=identity.token_id, user=identity.user_id).first()
        return token.user if token else None
    if identity.user_id is None:
        return AnonymousUser()
    user = User._default_manager.filter(pk=identity.user_id, is_active=True).first()
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
    actor = actor_of(identity)
    return None if actor is None else publishable(actor).filter(pk=camera_id).first()


def watchable_at(actor: Actor, addresses: Collection[str]) -> dict[str, UUID]:
    """Those of the addresses (`Camera.at`) at which there is a camera that they may watch."""
    cameras = watchable(actor)
    ids = {address for address in addresses if is_id(address)}
    slugs = set(addresses) - ids
    found = {str(pk): pk for pk in cameras.filter(pk__in=ids).values_list("pk", flat=True)}
    if slugs:
        former = FormerSlug.of_no_camera().filter(slug__in=slugs, camera__in=cameras)
        found |= dict(former.values_list("slug", "camera"))
        found |= dict(cameras.filter(slug__in=slugs).values_list("slug", "pk"))
    return found
