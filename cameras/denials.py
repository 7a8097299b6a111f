"""Why somebody may no longer do what they did: the rule book says that, not why."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cameras import access
from cameras.identity import Identity
from cameras.models import ApiToken, Camera
from cameras.users import User


class Denial(StrEnum):
    SIGNED_OUT = "signed_out"
    EXPIRED = "expired"
    DEACTIVATED = "deactivated"
    REVOKED = "revoked"
    DELETED = "deleted"
    DISABLED = "disabled"
    WITHDRAWN = "withdrawn"
    LINK_ENDED = "link_ended"


SENTENCES = {
    Denial.SIGNED_OUT: gettext_lazy("You have signed out."),
    Denial.EXPIRED: gettext_lazy("Your sign-in or token has expired."),
    Denial.DEACTIVATED: gettext_lazy("Your account was disabled."),
    Denial.REVOKED: gettext_lazy("The key or token was revoked."),
    Denial.DELETED: gettext_lazy("The camera was deleted."),
    Denial.DISABLED: gettext_lazy("The camera is disabled."),
    Denial.WITHDRAWN: gettext_lazy("You no longer have permission to publish to this camera."),
    Denial.LINK_ENDED: gettext_lazy("This link has expired or was revoked."),
}


def of_identity(identity: Identity) -> Denial:
    """Why an identity no longer stands for anybody."""
    now = timezone.now()
    if identity.share_id is not None:
        return Denial.LINK_ENDED
    if identity.key_id is not None or identity.source_id is not None:
        return Denial.REVOKED
    if identity.user_id is None:
        # Not somebody who could lose anything.
        return Denial.SIGNED_OUT
    if not User._default_manager.filter(pk=identity.user_id, is_active=True).exists():
        return Denial.DEACTIVATED
    if identity.token_id is not None:
        expired = ApiToken.objects.filter(pk=identity.token_id, revoked=None, expires__lte=now)
        return Denial.EXPIRED if expired.exists() else Denial.REVOKED
    # Signing out deletes it; a changed password leaves it, and signs out all the same.
    expired_sign_in = Session.objects.filter(pk=identity.session_key, expire_date__lte=now)
    return Denial.EXPIRED if expired_sign_in.exists() else Denial.SIGNED_OUT


def of_publisher(identity: Identity, camera_id: UUID) -> Denial:
    """Why an identity that published to the camera may not do so any more."""
    camera = Camera.objects.filter(pk=camera_id).first()
    if camera is None:
        return Denial.DELETED
    if access.actor_of(identity) is None:
        return of_identity(identity)
    return Denial.WITHDRAWN if camera.enabled else Denial.DISABLED
