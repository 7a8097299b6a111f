"""Who may let others watch, by share links and grants, and who may take that back."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from cameras.access.cameras import can_manage, manageable, shared_by
from cameras.access.groups import shareable_groups
from cameras.access.roles import Actor, all_entries, entries_that_count
from cameras.models import Camera, CameraGroup, Grant, PersonInvitation, ShareLink
from cameras.users import User


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
    groups = all_entries.filter(camera=what).values("cameragroup")
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


def share_link(pk: UUID) -> ShareLink | None:
    """The link, unless it has ended: revoked, expired, or its maker may no longer share."""
    link = ShareLink.valid().filter(pk=pk, created_by__is_active=True).first()
    if link is None or (link.camera_id is not None and not shared_by(link).exists()):
        return None
    return link


def grants_on(what: Camera | CameraGroup) -> QuerySet[Grant]:
    """The grants on a group; or on a camera, and on the groups whose owner may share it."""
    waits = Q(invitation=None) | Q(invitation__in=PersonInvitation.valid().values("pk"))
    about = Q(camera_group=what)
    if isinstance(what, Camera):
        groups = entries_that_count().filter(camera=what).values("cameragroup")
        about = Q(camera=what) | Q(camera_group__in=groups)
    named = ("camera_group", "user", "user_group", "invitation")
    return Grant.objects.filter(about & waits).select_related(*named)
