"""Of which lost cameras somebody is told."""

from __future__ import annotations

from django.db.models import QuerySet

from cameras.access.cameras import watchable
from cameras.access.roles import Actor
from cameras.models import LossNotification
from cameras.users import User


def notifications_of(actor: Actor) -> QuerySet[LossNotification]:
    """Those they chose, of cameras that they may still watch."""
    if not isinstance(actor, User):
        return LossNotification.objects.none()
    mine = LossNotification.objects.filter(user=actor, camera__in=watchable(actor))
    return mine.select_related("camera").order_by("camera__name")
