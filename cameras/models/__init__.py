"""What the database holds of the catalogue."""

from __future__ import annotations

from cameras.models.audit import ActorKind, AppendOnly, AuditEvent, AuditKind, AuditQuerySet
from cameras.models.camera import (
    CAPTURE_FIELDS,
    MAX_FRAME_RATE,
    Camera,
    FormerSlug,
    Grant,
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
from cameras.models.secrets import ApiToken, PhoneInvitation, PublishKey, SignInLink
from cameras.models.session import CaptureSession
from cameras.models.sign_in import Passkey, RecoveryCode, SignedInDevice, TwoStep

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
    "CaptureSession",
    "Codec",
    "Delivery",
    "EndReason",
    "FormerSlug",
    "Grant",
    "Passkey",
    "PhoneInvitation",
    "PublishKey",
    "RecoveryCode",
    "Role",
    "SignInLink",
    "SignedInDevice",
    "Transport",
    "TwoStep",
    "Visibility",
    "is_id",
    "validate_finite",
]
