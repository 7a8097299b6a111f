"""Who reads what of the audit log."""

from __future__ import annotations

from django.db.models import Q

from cameras.access.cameras import manageable, visible
from cameras.access.roles import Actor
from cameras.models import AuditEvent, AuditKind, AuditQuerySet
from cameras.users import User


def auditable(actor: Actor) -> AuditQuerySet:
    """What they may read of the audit log: that of the cameras they manage, and what they did
    themselves, but for what they were refused and can't see; with the model permission to view it,
    all."""
    match actor:
        case User(is_active=True) if actor.has_perm("cameras.view_auditevent"):
            return AuditEvent.objects.all()
        case User(is_active=True):
            managed = Q(camera__in=manageable(actor))
            # What they were refused tells that it is there.
            told = ~Q(kind=AuditKind.REFUSED) | Q(camera__in=visible(actor).values("pk"))
            return AuditEvent.objects.filter(managed | Q(user=actor) & told)
    return AuditEvent.objects.none()
