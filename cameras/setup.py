"""What a first start needs: somebody who owns, a camera, a key."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from cameras.models import Camera, PublishKey

OWNER = "owner"


def ensure_owner() -> tuple[User, bool]:
    """The first active superuser, made when there has never been a superuser.

    Raises User.DoesNotExist when every superuser is inactive: somebody meant that.
    """
    superusers = User.objects.filter(is_superuser=True)
    if superusers.exists():
        return superusers.filter(is_active=True).earliest("pk"), False
    return User.objects.create_superuser(OWNER), True


def ensure_camera(owner: User, slug: str, name: str, **defaults: Any) -> tuple[Camera, bool]:
    return Camera.objects.get_or_create(
        slug=slug, defaults={"owner": owner, "name": name, **defaults}
    )


@transaction.atomic
def fresh_key(camera: Camera, name: str) -> str:
    """The secret of a new key. Earlier keys of that name on that camera are revoked."""
    for key in PublishKey.valid().filter(camera=camera, name=name):
        key.revoke()
    return PublishKey.issue(camera=camera, name=name)[1]
