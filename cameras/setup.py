"""What a first start needs: somebody who owns, a camera, a key."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from cameras.models import Camera, PublishKey
from cameras.naming import first_free
from cameras.users import NAME_FIELD, User

OWNER = "owner"


def ensure_owner() -> tuple[User, bool]:
    """The first active superuser, and whether it was made: there was no superuser before.

    Raises User.DoesNotExist when every superuser is inactive: somebody meant that.
    """
    superusers = User._default_manager.filter(is_superuser=True)
    if superusers.exists():
        return superusers.filter(is_active=True).earliest("pk"), False
    return User.objects.create_superuser(**{NAME_FIELD: _free_name()}, password=None), True


def _free_name() -> str:
    alike = User._default_manager.filter(**{f"{NAME_FIELD}__startswith": OWNER})
    taken = set(alike.values_list(NAME_FIELD, flat=True))
    return first_free(OWNER, taken)


def ensure_camera(owner: User, slug: str, name: str, **defaults: Any) -> tuple[Camera, bool]:
    """The camera that has or had this slug, and whether it was made."""
    if known := Camera.objects.filter(Camera.at(slug)).first():
        return known, False
    return Camera.objects.get_or_create(
        slug=slug, defaults={"owner": owner, "name": name, **defaults}
    )


@transaction.atomic
def replace_key(camera: Camera, name: str) -> str:
    """The secret of a new key. The one before it, of that name on that camera, is revoked.

    Those revoked earlier are deleted: each start would leave another one.
    """
    earlier = PublishKey.objects.filter(camera=camera, name=name)
    earlier.exclude(revoked=None).delete()
    for key in earlier:
        key.revoke()
    return PublishKey.issue(camera=camera, name=name)[1]
