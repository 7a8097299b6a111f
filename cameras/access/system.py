"""Who is told how the server itself is doing."""

from __future__ import annotations

from cameras.access.roles import Actor
from cameras.users import User


def can_see_system(actor: Actor) -> bool:
    """Staff are: its processes, addresses and limits."""
    is_staff = bool(getattr(actor, "is_staff", False))
    return isinstance(actor, User) and actor.is_active and is_staff
