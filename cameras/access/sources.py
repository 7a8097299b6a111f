"""Who may have the server connect to an address, which is a door into the operator's network."""

from __future__ import annotations

from cameras.access.cameras import can_manage
from cameras.access.roles import Actor, permitted_to
from cameras.models import Camera
from cameras.users import User

#: The permission that allows it; staff need none.
ADD_SOURCE = "add_source"


def can_add_sources(actor: Actor) -> bool:
    if not isinstance(actor, User) or not actor.is_active:
        return False
    is_staff = bool(getattr(actor, "is_staff", False))
    return is_staff or actor.is_superuser or permitted_to(actor, [ADD_SOURCE]).exists()


def can_set_source(actor: Actor, camera: Camera) -> bool:
    """Whether they may see and change where the server gets this camera's pictures."""
    return can_add_sources(actor) and can_manage(actor, camera)
