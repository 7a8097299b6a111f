"""Who may watch, publish to and manage which camera."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.access.roles import Actor, all_entries, entries_that_count, has_role
from cameras.models import (
    Camera,
    FormerSlug,
    PublishKey,
    Role,
    ShareLink,
    Source,
    Visibility,
    is_id,
)
from cameras.users import User

NO_SUCH_CAMERA = _("This camera doesn't exist, or you don't have access to it.")


def watchable(actor: Actor) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match actor:
        case User(is_active=True):
            open_to_users = Q(visibility__in=(Visibility.SIGNED_IN, Visibility.PUBLIC))
            return enabled.filter(has_role(actor, Role.WATCH) | open_to_users)
        case AnonymousUser():
            return enabled.filter(visibility=Visibility.PUBLIC)
        case ShareLink():
            return enabled & shared_by(actor)
    return Camera.objects.none()


def publishable(actor: Actor) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match actor:
        case PublishKey(revoked=None):
            own = enabled.filter(pk=actor.camera_id)
            # The server's own keys have no maker; those of people fall with their right.
            return own & publishable(actor.created_by) if actor.created_by else own
        case Source(enabled=True):
            # It belongs to the camera, not to who set it.
            return enabled.filter(pk=actor.camera_id)
        case User(is_active=True):
            return enabled.filter(has_role(actor, Role.PUBLISH))
    return Camera.objects.none()


def manageable(actor: Actor) -> QuerySet[Camera]:
    match actor:
        case User(is_active=True):
            return Camera.objects.filter(has_role(actor, Role.MANAGE))
    return Camera.objects.none()


def with_known_past(actor: Actor) -> QuerySet[Camera]:
    """The cameras of which they are told who filmed on the days before: those that they manage.

    Fewer learn that than who films now: it says whom to ask about a camera, but the days before
    say how somebody spends theirs.
    """
    return manageable(actor)


def shared_by(link: ShareLink) -> QuerySet[Camera]:
    """What a link shows, whether or not it is enabled: no more than its maker manages."""
    if not link.is_valid_at(timezone.now()):
        return Camera.objects.none()
    mine = manageable(link.created_by)
    if link.camera_id is not None:
        return mine.filter(pk=link.camera_id)
    if link.group_id is not None:
        # Whoever fills somebody else's group must not show by this link what they only see.
        is_own = link.group is not None and link.group.owner_id == link.created_by_id
        entries = all_entries if is_own or link.kiosk else entries_that_count()
        return mine.filter(pk__in=entries.filter(cameragroup=link.group_id).values("camera"))
    return mine


def visible(actor: Actor) -> QuerySet[Camera]:
    """What one may watch, and what one may manage though nobody may watch it."""
    return (watchable(actor) | manageable(actor)).select_related("owner")


def visible_with_rights(actor: Actor) -> QuerySet[Camera]:
    """Each says by `manageable` and `publishable` what else one may do with it."""
    return _with_rights(actor, visible(actor))


def watchable_with_rights(actor: Actor) -> QuerySet[Camera]:
    """Those one may watch, with the same."""
    return _with_rights(actor, watchable(actor))


def _with_rights(actor: Actor, cameras: QuerySet[Camera]) -> QuerySet[Camera]:
    itself = OuterRef("pk")
    return cameras.annotate(
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


def with_role(actor: Actor, role: Role) -> QuerySet[Camera]:
    """The cameras with which they may do what the role allows."""
    match role:
        case Role.WATCH:
            return visible(actor)
        case Role.PUBLISH:
            return publishable(actor)
    return manageable(actor)


def can_publish(actor: Actor, camera: Camera) -> bool:
    return publishable(actor).filter(pk=camera.pk).exists()


def can_manage(actor: Actor, camera: Camera) -> bool:
    return manageable(actor).filter(pk=camera.pk).exists()


def can_create(actor: Actor) -> bool:
    """Whether they may add cameras, which they will own."""
    return isinstance(actor, User) and actor.is_active
