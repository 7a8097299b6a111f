"""A phone becomes a camera: it is invited, and gets a publish key of its own in exchange."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cameras import access, audit
from cameras.models import AuditKind, Camera, PhoneInvitation, PublishKey
from cameras.naming import first_free
from cameras.user_agents import device_name
from cameras.users import User

INVITATION_LIFETIME = timedelta(minutes=10)
_KEEP_EXPIRED = timedelta(days=1)


def invite(camera: Camera, inviter: User) -> tuple[PhoneInvitation, str]:
    """A new invitation and its secret. Whether they may is asked of `access.can_invite`."""
    now = timezone.now()
    # Nobody polls these any more.
    PhoneInvitation.objects.filter(expires__lt=now - _KEEP_EXPIRED).delete()
    return PhoneInvitation.issue(
        camera=camera, created_by=inviter, name=camera.name, expires=now + INVITATION_LIFETIME
    )


def redeem(secret: str, user_agent: str) -> tuple[PublishKey, str] | None:
    """The key of the phone that came with `secret`, and the key's own secret.

    None when the invitation is wrong, used or too old, or its inviter may not invite any more.
    """
    # Outside any transaction: a wrong secret must not make others wait.
    invitation = PhoneInvitation.find(secret)
    if invitation is None or not access.can_invite(invitation.created_by, invitation.camera):
        return None
    with transaction.atomic():
        if not invitation.use_up():
            return None
        camera = invitation.camera
        key, key_secret = PublishKey.issue(
            camera=camera,
            name=_free_name(camera, device_name(user_agent)),
            created_by=invitation.created_by,
        )
        PhoneInvitation.objects.filter(pk=invitation.pk).update(key=key)
        audit.record(
            AuditKind.PHONE_ADDED,
            camera=camera,
            who=audit.Who.of_key(key),
            person=str(invitation.created_by),
        )
    return key, key_secret


def _free_name(camera: Camera, base: str) -> str:
    """Told apart from every other key of the camera, revoked ones too."""
    taken = set(PublishKey.objects.filter(camera=camera).values_list("name", flat=True))
    return first_free(base, taken, separator=" ")
