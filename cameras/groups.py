"""What is in a group of cameras."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from cameras import access
from cameras.models import Camera, CameraGroup
from cameras.users import User


@transaction.atomic
def fill(group: CameraGroup, cameras: Iterable[Camera], *, by: User) -> None:
    """The group holds these from now on, of those that `by` may choose from.

    What they can't see stays in it: they haven't said anything about it.
    """
    choosable = access.choosable(by, group)
    kept = group.cameras.exclude(pk__in=choosable.values("pk"))
    group.cameras.set([*kept, *choosable.filter(pk__in=[camera.pk for camera in cameras])])


@transaction.atomic
def hand_over(group: CameraGroup, to: User) -> None:
    """The group is theirs from now on, without what its owner only saw: what was granted on it must
    not hold for that because the new owner manages it."""
    group.cameras.set(list(access.shared_in(group)))
    group.owner = to
    group.save(update_fields=["owner"])
