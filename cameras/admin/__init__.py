"""Django's own admin, of the cameras one manages and no others."""

from __future__ import annotations

from cameras.admin.audit import AuditEventAdmin
from cameras.admin.cameras import CameraAdmin
from cameras.admin.groups import CameraGroupAdmin
from cameras.admin.secrets import (
    ApiTokenAdmin,
    PersonInvitationAdmin,
    PublishKeyAdmin,
    ShareLinkAdmin,
)
from cameras.admin.sessions import CaptureSessionAdmin
from cameras.admin.sign_in import PasskeyAdmin, TwoStepAdmin
from cameras.admin.sources import SourceAdmin

__all__ = [
    "ApiTokenAdmin",
    "AuditEventAdmin",
    "CameraAdmin",
    "CameraGroupAdmin",
    "CaptureSessionAdmin",
    "PasskeyAdmin",
    "PersonInvitationAdmin",
    "PublishKeyAdmin",
    "ShareLinkAdmin",
    "SourceAdmin",
    "TwoStepAdmin",
]
