"""Who sees, changes and shares which group of cameras."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from cameras.access.cameras import manageable, visible, watchable, watchable_with_rights
from cameras.access.roles import ALLOWED_BY, Actor, entries_that_count, permitted_to
from cameras.models import Camera, CameraGroup, Role
from cameras.users import User

NO_SUCH_GROUP = _("This group of cameras doesn't exist, or you don't have access to it.")


def visible_groups(actor: Actor) -> QuerySet[CameraGroup]:
    """Those they manage, and those with a camera that they may watch and the group's owner manages.

    Each says by `manageable` whether they may change it. Who manages a camera decides who hears of
    a group that it is in: a group of other people's cameras is seen by its owner alone.
    """
    entries = entries_that_count().filter(
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
            permitted = permitted_to(actor, ("change_cameragroup",))
            return CameraGroup.objects.filter(Q(owner=actor) | Q(Exists(permitted)))
    return CameraGroup.objects.none()


def shareable_groups(actor: Actor) -> QuerySet[CameraGroup]:
    """Those that they may share with others: what is in them is shared for their owners."""
    groups = manageable_groups(actor)
    if not isinstance(actor, User) or actor.is_superuser:
        return groups
    manages_all = Exists(permitted_to(actor, ALLOWED_BY[Role.MANAGE]))
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


def watchable_by_group(actor: Actor, slugs: Collection[str]) -> dict[str, tuple[str, list[Camera]]]:
    """The name of each of these groups, and what they may watch in it; a group that they don't see
    is left out."""
    seen = visible_groups(actor).filter(slug__in=slugs)
    groups = seen.prefetch_related(Prefetch("cameras", watchable_with_rights(actor)))
    return {group.slug: (group.name, list(group.cameras.all())) for group in groups}


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
    entries = entries_that_count().filter(cameragroup=group)
    return Camera.objects.filter(pk__in=entries.values("camera"))
