"""Sessions as CSV (RFC 4180), line by line, however many there are."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Callable
from typing import Any

from django.db.models import QuerySet

from cameras.models import CaptureSession

#: With these a spreadsheet begins a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_COLUMNS: dict[str, Callable[[CaptureSession], Any]] = {
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


class _Echo:
    """A file that hands back what was written to it."""

    def write(self, line: str) -> str:
        return line


async def csv_lines(sessions: QuerySet[CaptureSession]) -> AsyncIterator[str]:
    """The names of the columns, then a line for each session."""
    writer = csv.writer(_Echo())
    yield writer.writerow(_COLUMNS)
    async for session in sessions.select_related("camera").aiterator():
        yield writer.writerow([_escape_formula(value(session)) for value in _COLUMNS.values()])


def _escape_formula(cell: Any) -> Any:
    """Text stays text: people name cameras and browsers as they like."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
