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
