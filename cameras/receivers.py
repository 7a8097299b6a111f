"""Every change by which somebody may gain or lose a right is announced."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone

from cameras import access
from cameras.database import memory
from cameras.models import ApiToken, Camera, CameraGroup, Grant, PublishKey, ShareLink, Source
from cameras.signals import M2M_CHANGES, access_changed, announce
from cameras.users import User

_USER_FIELDS_OF_RIGHTS = {"is_active", "is_superuser", "password"}
_MANY = 20


@receiver(access_changed)
def forget_rights(**_: object) -> None:
    """Here at once, whether or not Redis tells the other processes."""
    memory.forget()


@receiver([post_save, post_delete], sender=Camera)
def camera_changed(instance: Camera, **_: object) -> None:
    announce(camera_id=instance.pk)


@receiver(pre_save, sender=CameraGroup)
def group_to_be_saved(instance: CameraGroup, **_: object) -> None:
    # Another name changes what lists say, and another owner what the group gives to whom.
    before = CameraGroup.objects.filter(pk=instance.pk).values_list("owner", flat=True).first()
    is_handed_over = before not in (None, instance.owner_id)
    announce(user_id=None if is_handed_over else instance.owner_id)


@receiver(post_delete, sender=CameraGroup)
def group_deleted(**_: object) -> None:
    announce()


@receiver(m2m_changed, sender=CameraGroup.cameras.through)
def group_filled(
    instance: CameraGroup | Camera, action: str, pk_set: set[UUID] | None, **_: object
) -> None:
    """Links and grants give what is in it, whoever made them."""
    if action not in M2M_CHANGES:
        return
    if isinstance(instance, Camera):
        announce(camera_id=instance.pk)
        return
    # Cleared, or so many that it is the same to ask about all.
    for camera_id in [None] if pk_set is None or len(pk_set) > _MANY else pk_set:
        announce(camera_id=camera_id)


@receiver([post_save, post_delete], sender=Grant)
def grant_changed(instance: Grant, **_: object) -> None:
    announce(camera_id=instance.camera_id, user_id=instance.user_id)


@receiver([post_save, post_delete], sender=PublishKey)
def publish_key_changed(instance: PublishKey, **_: object) -> None:
    announce(camera_id=instance.camera_id)


@receiver([post_save, post_delete], sender=Source)
def source_changed(instance: Source, **_: object) -> None:
    announce(camera_id=instance.camera_id)


@receiver([post_save, post_delete], sender=ShareLink)
def share_link_changed(instance: ShareLink, **_: object) -> None:
    announce(camera_id=instance.camera_id, user_id=instance.created_by_id)


@receiver([post_save, post_delete], sender=ApiToken)
def api_token_changed(instance: ApiToken, **_: object) -> None:
    announce(user_id=instance.user_id)


@receiver(post_save, sender=User)
def user_saved(instance: User, update_fields: Collection[str] | None, **_: object) -> None:
    # A sign-in saves the time of the last one alone.
    if update_fields is None or not _USER_FIELDS_OF_RIGHTS.isdisjoint(update_fields):
        announce(user_id=instance.pk)


@receiver(pre_delete, sender=User)
def user_to_be_deleted(instance: User, **_: object) -> None:
    # Without a maker they would hold until somebody revokes them.
    for key in access.keys_created_by(instance):
        key.revoke()


@receiver(post_delete, sender=User)
def user_deleted(instance: User, **_: object) -> None:
    announce(user_id=instance.pk)


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def user_rights_changed(
    instance: User | Group | Permission,
    action: str,
    pk_set: set[int] | None,
    **_: object,
) -> None:
    if action not in M2M_CHANGES:
        return
    if isinstance(instance, User):
        announce(user_id=instance.pk)
        return
    # Changed from the side of the group or permission: pk_set is None when it was cleared.
    for user_id in [None] if pk_set is None else pk_set:
        announce(user_id=user_id)


@receiver(m2m_changed, sender=Group.permissions.through)
def group_rights_changed(action: str, **_: object) -> None:
    if action in M2M_CHANGES:
        announce()


@receiver(post_delete, sender=Group)
@receiver(post_delete, sender=Permission)
def rights_deleted(**_: object) -> None:
    announce()


@receiver(post_delete, sender=Session)
def signed_out(instance: Session, **_: object) -> None:
    # An expired one gave no right any more, and `clearsessions` deletes thousands of them.
    if instance.expire_date <= timezone.now():
        return
    # Not user_logged_out: it is sent before the session is deleted, so a check would still find it.
    if user_id := instance.get_decoded().get(SESSION_KEY):
        announce(user_id=int(user_id))
