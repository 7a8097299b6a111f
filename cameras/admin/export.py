"""What is exported of sessions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cameras.models import CaptureSession

COLUMNS: dict[str, Callable[[CaptureSession], Any]] = {
    "session": lambda session: session.pk,
    "camera": lambda session: session.camera.slug,
    "camera_name": lambda session: session.camera.name,
    "publisher": lambda session: session.publisher,
    "remote_address": lambda session: session.remote_address,
    "user_agent": lambda session: session.user_agent,
    "transport": lambda session: session.transport,
    "started": lambda session: session.started.isoformat(),
    "ended": lambda session: session.ended and session.ended.isoformat(),
    "end_reason": lambda session: session.end_reason,
    "duration_s": lambda session: round(session.duration_s, 1),
    "frames": lambda session: session.frames,
    "bytes": lambda session: session.bytes,
    "dropped": lambda session: session.dropped,
    "mean_fps": lambda session: session.mean_fps,
    "latency_ms": lambda session: session.latency_ms,
}
