"""What the database holds of the catalogue."""

from __future__ import annotations

from cameras.models.arrangement import WallArrangement
from cameras.models.audit import ActorKind, AppendOnly, AuditEvent, AuditKind, AuditQuerySet
from cameras.models.camera import (
    CAPTURE_FIELDS,
    MAX_FRAME_RATE,
    Camera,
    FormerSlug,
    is_id,
)
from cameras.models.choices import (
    Codec,
    Delivery,
    EndReason,
    Role,
    Transport,
    Visibility,
    validate_finite,
)
from cameras.models.grant import Grant
from cameras.models.group import CameraGroup
from cameras.models.history import CameraMinute
from cameras.models.invitation import PersonInvitation
from cameras.models.notification import LossNotification, NotificationDelay
from cameras.models.secrets import ApiToken, PhoneInvitation, PublishKey, SignInLink
from cameras.models.session import CaptureSession
from cameras.models.share import ShareLink
from cameras.models.sign_in import Passkey, RecoveryCode, SignedInDevice, TwoStep
from cameras.models.source import Source

__all__ = [
    "CAPTURE_FIELDS",
    "MAX_FRAME_RATE",
    "ActorKind",
    "ApiToken",
    "AppendOnly",
    "AuditEvent",
    "AuditKind",
    "AuditQuerySet",
    "Camera",
    "CameraGroup",
    "CameraMinute",
    "CaptureSession",
    "Codec",
    "Delivery",
    "EndReason",
    "FormerSlug",
    "Grant",
    "LossNotification",
    "NotificationDelay",
    "Passkey",
    "PersonInvitation",
    "PhoneInvitation",
    "PublishKey",
    "RecoveryCode",
    "Role",
    "ShareLink",
    "SignInLink",
    "SignedInDevice",
    "Source",
    "Transport",
    "TwoStep",
    "Visibility",
    "WallArrangement",
    "is_id",
    "validate_finite",
]
