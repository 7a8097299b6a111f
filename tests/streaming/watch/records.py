"""Records of sessions, as they are left when Redis has forgotten them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from cameras.models import Camera, CaptureSession, Transport


def ended_session(
    camera: Camera, reason: str, ended: datetime | None = None, publisher: str = "olga"
) -> CaptureSession:
    at = ended or timezone.now()
    return CaptureSession.objects.create(
        camera=camera,
        publisher=publisher,
        transport=Transport.WEBRTC,
        ended=at,
        last_seen=at,
        end_reason=reason,
    )


def open_session(camera: Camera, silent: timedelta = timedelta()) -> CaptureSession:
    return CaptureSession.objects.create(
        camera=camera,
        publisher="olga",
        transport=Transport.WEBRTC,
        last_seen=timezone.now() - silent,
    )
