"""What the database holds of the catalogue."""

from __future__ import annotations

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
from cameras.models.history import CameraMinute
from cameras.models.secrets import ApiToken, PhoneInvitation, PublishKey, SignInLink
from cameras.models.session import CaptureSession

__all__ = [
    "CAPTURE_FIELDS",
    "MAX_FRAME_RATE",
    "ApiToken",
    "Camera",
    "CameraMinute",
    "CaptureSession",
    "Codec",
    "Delivery",
    "EndReason",
    "FormerSlug",
    "Grant",
    "PhoneInvitation",
    "PublishKey",
    "Role",
    "SignInLink",
    "Transport",
    "Visibility",
    "is_id",
    "validate_finite",
]
