"""The one rule book: who may watch, publish to and manage which camera."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import Any, TypeAlias
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_permission_codename
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from cameras import devices, limits
from cameras.identity import Identity as Identity
from cameras.models import (
    ApiToken,
    AuditEvent,
    AuditQuerySet,
    Camera,
    CameraGroup,
    FormerSlug,
    Grant,
    PersonInvitation,
    PublishKey,
    Role,
    ShareLink,
    Visibility,
    is_id,
)
from cameras.users import User

NO_SUCH_CAMERA = _("This camera doesn't exist, or you don't have access to it.")
NO_SUCH_GROUP = _("This group of cameras doesn't exist, or you don't have access to it.")

#: Marks a session whose person has taken the second step.
SECOND_STEP = "second_step"

#: Whose rights are asked for; a publish key and a share link act for themselves.
Actor: TypeAlias = User | AnonymousUser | PublishKey | ShareLink

# What the model permissions, given to a person or a group, allow on every camera.
_PERMISSIONS = {
    Role.WATCH: ("view_camera", "change_camera"),
    Role.PUBLISH: ("change_camera",),
    Role.MANAGE: ("change_camera",),
}

#: Which camera is in which group.
_entries = CameraGroup.cameras.through._default_manager


def watchable(actor: Actor) -> QuerySet[Camera]:
    enabled = Camera.objects.filter(enabled=True)
    match actor:
        case User(is_active=True):
            open_to_users = Q(visibility__in=(Visibility.SIGNED_IN, Visibility.PUBLIC))
            return enabled.filter(_has_role(actor, Role.WATCH) | open_to_users)
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


def auditable(actor: Actor) -> AuditQuerySet:
    """What they may read of the audit log: that of the cameras they manage, and what they did
    themselves; with the model permission to view it, all."""
    match actor:
        case User(is_active=True) if actor.has_perm("cameras.view_auditevent"):
            return AuditEvent.objects.all()
        case User(is_active=True):
            managed = Q(camera__in=manageable(actor))
            return AuditEvent.objects.filter(managed | Q(user=actor))
    return AuditEvent.objects.none()


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
        entries = _entries if is_own or link.kiosk else _entries_that_count()
        return mine.filter(pk__in=entries.filter(cameragroup=link.group_id).values("camera"))
    return mine


def can_share(actor: Actor, what: Camera | CameraGroup) -> bool:
    """Whether they may let others watch a camera or group, by a link or by a grant."""
    if isinstance(what, CameraGroup):
        return shareable_groups(actor).filter(pk=what.pk).exists()
    return can_manage(actor, what)


def can_grant(actor: Actor, grant: Grant) -> bool:
    return grant.what is not None and can_share(actor, grant.what)


def links_created_by(user: User) -> QuerySet[ShareLink]:
    """The valid share links that the user made and may revoke, whatever became of the cameras."""
    return ShareLink.valid().filter(created_by=user)


def links_sent_by(user: User) -> QuerySet[ShareLink]:
    """Those of these links that people were sent."""
    return links_created_by(user).filter(kiosk=False).select_related("camera", "group")


def screens_of(user: User) -> QuerySet[ShareLink]:
    """Those of these links that screens show a wall by."""
    return links_created_by(user).filter(kiosk=True)


def links_to(what: Camera | CameraGroup) -> QuerySet[ShareLink]:
    """The valid share links to a group; or to a camera, and those to groups that show it."""
    if isinstance(what, CameraGroup):
        return ShareLink.valid().filter(group=what)
    groups = _entries.filter(camera=what).values("cameragroup")
    of_groups = ShareLink.valid().filter(group__in=groups)
    showing = [link.pk for link in of_groups if shared_by(link).filter(pk=what.pk).exists()]
    return ShareLink.valid().filter(Q(camera=what) | Q(pk__in=showing))


def revocable_links(actor: Actor) -> QuerySet[ShareLink]:
    """Those they made, and those to what they may share."""
    if not isinstance(actor, User):
        return ShareLink.objects.none()
    theirs = Q(camera__in=manageable(actor).values("pk"))
    groups = Q(group__in=shareable_groups(actor).values("pk"))
    return ShareLink.valid().filter(Q(created_by=actor) | theirs | groups)


def grants_on(what: Camera | CameraGroup) -> QuerySet[Grant]:
    """The grants on a group; or on a camera, and on the groups whose owner may share it."""
    waits = Q(invitation=None) | Q(invitation__in=PersonInvitation.valid().values("pk"))
    about = Q(camera_group=what)
    if isinstance(what, Camera):
        groups = _entries_that_count().filter(camera=what).values("cameragroup")
        about = Q(camera=what) | Q(camera_group__in=groups)
    named = ("camera_group", "user", "user_group", "invitation")
    return Grant.objects.filter(about & waits).select_related(*named)


def share_link(pk: UUID) -> ShareLink | None:
    """The link, unless it has ended: revoked, expired, or its maker may no longer share."""
    link = ShareLink.valid().filter(pk=pk, created_by__is_active=True).first()
    if link is None or (link.camera_id is not None and not shared_by(link).exists()):
        return None
    return link


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
    """Whether those who may watch a camera are told who films it now, or did last: people who have
    signed in are, and their programs; visitors, share links and publish keys are not."""
    if isinstance(who, Identity):
        return who.session_key is not None or who.token_id is not None
    return isinstance(who, User)


def with_known_past(actor: Actor) -> QuerySet[Camera]:
    """The cameras of which they are told who filmed on the days before: those that they manage.

    Fewer learn that than who films now: it says whom to ask about a camera, but the days before
    say how somebody spends theirs.
    """
    return manageable(actor)


def can_invite(actor: Actor, camera: Camera) -> bool:
    """Whether they may give phones a key of the camera."""
    return can_manage(actor, camera)


def _has_role(user: User, role: Role) -> Q:
    if user.is_superuser:
        return Q(pk__isnull=False)
    granted = _grants(user, role).filter(camera=OuterRef("pk"))
    of_groups = _grants(user, role).exclude(camera_group=None).values("camera_group")
    # What is in a group and not its owner's to share stays out: they may put into it what they see.
    entries = _entries_that_count().filter(camera=OuterRef("pk"), cameragroup__in=of_groups)
    permitted = _permissions(user, _PERMISSIONS[role])
    return Q(owner=user) | Q(Exists(granted)) | Q(Exists(entries)) | Q(Exists(permitted))


def _grants(user: User | OuterRef, role: Role) -> QuerySet[Grant]:
    """What was granted to a person, or to a group of people that they are in."""
    whose = Q(user=user) | Q(user_group__user=user)
    return Grant.objects.filter(whose, role__in=role.or_more)


def _permissions(user: User | OuterRef, codenames: Collection[str]) -> QuerySet[Permission]:
    return Permission.objects.filter(
        Q(user=user) | Q(group__user=user),
        content_type__app_label="cameras",
        codename__in=codenames,
    )


def visible_groups(actor: Actor) -> QuerySet[CameraGroup]:
    """Those they manage, and those with a camera that they may watch and the group's owner manages.

    Each says by `manageable` whether they may change it. Who manages a camera decides who hears of
    a group that it is in: a group of other people's cameras is seen by its owner alone.
    """
    entries = _entries_that_count().filter(
        cameragroup=OuterRef("pk"), camera__in=watchable(actor).values("pk")
    )
    mine = Exists(manageable_groups(actor).filter(pk=OuterRef("pk")))
    seen = CameraGroup.objects.annotate(manageable=mine).filter(
        Q(manageable=True) | Exists(entries)
    )
    return seen.select_related("owner")


def manageable_groups(actor: Actor) -> QuerySet[CameraGroup]:
    """Those they may rename, fill and delete."""
    match actor:
        case User(is_active=True, is_superuser=True):
            return CameraGroup.objects.all()
        case User(is_active=True):
            permitted = _permissions(actor, ("change_cameragroup",))
            return CameraGroup.objects.filter(Q(owner=actor) | Q(Exists(permitted)))
    return CameraGroup.objects.none()


def shareable_groups(actor: Actor) -> QuerySet[CameraGroup]:
    """Those that they may share with others: what is in them is shared for their owners."""
    groups = manageable_groups(actor)
    if not isinstance(actor, User) or actor.is_superuser:
        return groups
    manages_all = Exists(_permissions(actor, _PERMISSIONS[Role.MANAGE]))
    return groups.filter(Q(owner=actor) | Q(manages_all))


def visible_group(actor: Actor, slug: str) -> CameraGroup:
    """Raises Http404 for a group that does not exist and for one that is not theirs to see."""
    group = visible_groups(actor).filter(slug=slug).first()
    if group is None:
        raise Http404(NO_SUCH_GROUP)
    return group


def watchable_in(actor: Actor, group: CameraGroup) -> QuerySet[Camera]:
    """The cameras of the group that they may watch, with what else they may do with each."""
    return watchable_with_rights(actor).filter(groups=group)


def watchable_by_group(actor: Actor, slugs: Collection[str]) -> dict[str, list[Camera]]:
    """What they may watch in each of these groups; a group that they don't see is left out."""
    seen = visible_groups(actor).filter(slug__in=slugs)
    groups = seen.prefetch_related(Prefetch("cameras", watchable_with_rights(actor)))
    return {group.slug: list(group.cameras.all()) for group in groups}


def choosable(actor: Actor, group: CameraGroup) -> QuerySet[Camera]:
    """The cameras that they may put into a group they manage, and take out of it.

    Into their own whatever they may watch; into another's only what they manage.
    """
    if group.owner_id == actor.pk:
        return visible(actor)
    theirs = Q(pk__in=manageable(actor).values("pk"))
    return visible(actor).filter(theirs | Q(pk__in=group.cameras.values("pk")))


def shared_in(group: CameraGroup) -> QuerySet[Camera]:
    """What is in the group for others, too: the cameras that its owner manages."""
    entries = _entries_that_count().filter(cameragroup=group)
    return Camera.objects.filter(pk__in=entries.values("camera"))


def _entries_that_count() -> QuerySet[Any]:
    """What of each group is there for others: the cameras that its owner manages."""
    owner = OuterRef("cameragroup__owner")
    # By a grant on the camera itself: one on a group of cameras would have to be asked for here.
    granted = _grants(owner, Role.MANAGE).filter(camera=OuterRef("camera"))
    return _entries.filter(
        Q(cameragroup__owner__is_superuser=True)
        | Q(camera__owner=F("cameragroup__owner"))
        | Q(Exists(granted))
        | Q(Exists(_permissions(owner, _PERMISSIONS[Role.MANAGE])))
    )


# People


def can_invite_people(actor: Actor) -> bool:
    """Whether they may add people, and look after their accounts."""
    return isinstance(actor, User) and actor.is_active and actor.has_perm(_of_people("add"))


def can_manage_people_groups(actor: Actor) -> bool:
    """Whether they may make groups of people, and say who is in them."""
    return isinstance(actor, User) and actor.is_active and actor.has_perm("auth.change_group")


def manageable_people_groups(actor: Actor) -> QuerySet[Group]:
    """The groups of people that they may fill: those that may do nothing in the administration that
    they may not do themselves, for they may put themselves into each."""
    if not isinstance(actor, User) or not can_manage_people_groups(actor):
        return Group.objects.none()
    if actor.is_superuser:
        return Group.objects.all()
    mine = Permission.objects.filter(Q(user=actor) | Q(group__user=actor))
    more = Permission.objects.filter(group=OuterRef("pk")).exclude(pk__in=mine.values("pk"))
    return Group.objects.filter(~Exists(more))


def manageable_people(actor: Actor) -> QuerySet[User]:
    """Whose accounts they look after: of those who may do nothing in the administration that they
    may not do themselves, for who has somebody's sign-in link may do what that person may."""
    everybody = User._default_manager.all()
    if not isinstance(actor, User) or not can_invite_people(actor):
        return everybody.none()
    if actor.is_superuser:
        return everybody
    mine = Permission.objects.filter(Q(user=actor) | Q(group__user=actor))
    more = Permission.objects.filter(
        Q(user=OuterRef("pk")) | Q(group__user=OuterRef("pk"))
    ).exclude(pk__in=mine.values("pk"))
    less = everybody.filter(~Exists(more), is_superuser=False)
    # Permissions alone open no administration.
    has_staff = any(field.name == "is_staff" for field in User._meta.concrete_fields)
    return less.filter(is_staff=False) if has_staff and not actor.is_staff else less


def _of_people(verb: str) -> str:
    return f"{User._meta.app_label}.{get_permission_codename(verb, User._meta)}"


def actor_of(identity: Identity) -> Actor | None:
    """Who acts by this identity now; None when it no longer stands for anybody."""
    if identity.share_id is not None:
        return share_link(identity.share_id)
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


def is_second_step_demanded(user: User) -> bool:
    """Whether the server lets this person sign in with a second step only."""
    return bool(getattr(user, "is_staff", False)) and limits.get().STAFF_TWO_STEP


def lacks_second_step(user: User, session: SessionBase) -> bool:
    """Whether a session is not worth what its person may do, as its second step is missing."""
    return is_second_step_demanded(user) and not session.get(SECOND_STEP)


def _is_signed_in(user: User, session_key: str) -> bool:
    session = _session(session_key)
    if lacks_second_step(user, session):
        return False
    devices.used(session_key)
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
