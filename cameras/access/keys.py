"""Who may make publish keys, and which of them still publish."""

from __future__ import annotations

from django.db.models import QuerySet

from cameras.access.cameras import can_manage
from cameras.access.roles import Actor, has_role
from cameras.models import Camera, PublishKey, Role
from cameras.users import User


def can_invite(actor: Actor, camera: Camera) -> bool:
    """Whether they may give phones a key of the camera."""
    return can_manage(actor, camera)


def keys_created_by(user: User) -> QuerySet[PublishKey]:
    """The valid keys that the user issued and may revoke, even if the camera has changed hands."""
    return PublishKey.valid().filter(created_by=user)


def fallen_keys_of(user: User) -> QuerySet[PublishKey]:
    """Those of them that publish nothing: the user may no longer publish to their cameras."""
    publishing = Camera.objects.filter(has_role(user, Role.PUBLISH))
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
    allowed = Camera.objects.filter(has_role(user, Role.PUBLISH), pk=camera.pk)
    return user.is_active and allowed.exists()
