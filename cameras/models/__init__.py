"""What the database holds of the catalogue."""

from __future__ import annotations

from cameras.models.arrangement import WallArrangement
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
from cameras.models.invitation import PersonInvitation
from cameras.models.secrets import ApiToken, PhoneInvitation, PublishKey, SignInLink
from cameras.models.session import CaptureSession
from cameras.models.share import ShareLink

__all__ = [
    "CAPTURE_FIELDS",
    "MAX_FRAME_RATE",
    "ApiToken",
    "Camera",
    "CameraGroup",
    "CaptureSession",
    "Codec",
    "Delivery",
    "EndReason",
    "FormerSlug",
    "Grant",
    "PersonInvitation",
    "PhoneInvitation",
    "PublishKey",
    "Role",
    "ShareLink",
    "SignInLink",
    "Transport",
    "Visibility",
    "WallArrangement",
    "is_id",
    "validate_finite",
]
