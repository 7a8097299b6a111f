"""Which role somebody has with a camera: what grants and permissions allow."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeAlias

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cameras.models import CameraGroup, Grant, PublishKey, Role, ShareLink, Source
from cameras.users import User

#: Whose rights are asked for; a publish key, a share link and a source act for themselves.
Actor: TypeAlias = User | AnonymousUser | PublishKey | ShareLink | Source

#: The model permissions that, given to a person or a group, allow a role with every camera.
ALLOWED_BY = {
    Role.WATCH: ("view_camera", "change_camera"),
    Role.PUBLISH: ("change_camera",),
    Role.MANAGE: ("change_camera",),
}

#: Which camera is in which group, also of those that its owner only sees.
all_entries = CameraGroup.cameras.through._default_manager


def has_role(user: User, role: Role) -> Q:
    if user.is_superuser:
        return Q(pk__isnull=False)
    granted = granted_to(user, role).filter(camera=OuterRef("pk"))
    of_groups = granted_to(user, role).exclude(camera_group=None).values("camera_group")
    # What is in a group and not its owner's to share stays out: they may put into it what they see.
    entries = entries_that_count().filter(camera=OuterRef("pk"), cameragroup__in=of_groups)
    permitted = permitted_to(user, ALLOWED_BY[role])
    return Q(owner=user) | Q(Exists(granted)) | Q(Exists(entries)) | Q(Exists(permitted))


def granted_to(user: User | OuterRef, role: Role) -> QuerySet[Grant]:
    """What was granted to a person, or to a group of people that they are in."""
    whose = Q(user=user) | Q(user_group__user=user)
    return Grant.objects.filter(whose, role__in=role.or_more)


def permissions_of(user: User | OuterRef) -> QuerySet[Permission]:
    """Those given to a person, or to a group of people that they are in."""
    return Permission.objects.filter(Q(user=user) | Q(group__user=user))


def permitted_to(user: User | OuterRef, codenames: Collection[str]) -> QuerySet[Permission]:
    """Those of them that are for the catalogue, and have one of these names."""
    return permissions_of(user).filter(content_type__app_label="cameras", codename__in=codenames)


def entries_that_count() -> QuerySet[Any]:
    """What of each group is there for others: the cameras that its owner manages."""
    owner = OuterRef("cameragroup__owner")
    # By a grant on the camera itself: one on a group of cameras would have to be asked for here.
    granted = granted_to(owner, Role.MANAGE).filter(camera=OuterRef("camera"))
    return all_entries.filter(
        Q(cameragroup__owner__is_superuser=True)
        | Q(camera__owner=F("cameragroup__owner"))
        | Q(Exists(granted))
        | Q(Exists(permitted_to(owner, ALLOWED_BY[Role.MANAGE])))
    )
