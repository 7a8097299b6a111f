"""A process of ours that notes when frames pass:

    tap FILE ingest|web [OPTIONS]

is `manage.py ingest|web`, and writes to FILE at its end: `[captured_at, rendition, time]` of each
frame that came in (`in`) and of each that was written for a viewer (`written`), times in ms.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django
from django.core.management import execute_from_command_line

from streaming.domain import wire
from streaming.watch import connection as direct

Note = tuple[float, int, float]

notes: dict[str, list[Note]] = {"in": [], "written": []}


def _note(what: str, message: bytes, start: int = 0) -> None:
    header = wire.HEADER.unpack_from(message, start)
    notes[what].append((header[6], header[1], time.time() * 1000))


class _Tapped:
    """The direct write of a connection, which is noted."""

    def __init__(self, write: direct.DirectWrite) -> None:
        self._write = write
        self.abort = write.abort

    @property
    def is_open(self) -> bool:
        return self._write.is_open

    @property
    def pending(self) -> int:
        return self._write.pending

    def offer(self, framed: bytes) -> bool:
        taken = self._write.offer(framed)
        if taken:
            _note_framed(framed)
        return taken

    def write(self, framed: bytes) -> None:
        self._write.write(framed)
        _note_framed(framed)


def _note_framed(framed: bytes) -> None:
    opcode, length = framed[0] & 0x0F, framed[1]
    if opcode == 2:
        _note("written", framed, {126: 4, 127: 10}.get(length, 2))


def tap_web() -> None:
    original = direct.direct_write

    def tapped(scope: Mapping[str, Any]) -> direct.DirectWrite | None:
        write = original(scope)
        return write and _Tapped(write)

    # Before any consumer has taken its name.
    direct.direct_write = tapped


def tap_ingest() -> None:
    django.setup()
    # Not before the settings are read.
    from streaming.publish.intake import Intake

    original = Intake.frame

    def frame(self: Intake, data: bytes | str) -> None:
        if isinstance(data, bytes):
            _note("in", data)
        original(self, data)

    Intake.frame = frame  # type: ignore[method-assign]


if __name__ == "__main__":
    _file, _role, *_options = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
    {"web": tap_web, "ingest": tap_ingest}[_role]()
    atexit.register(lambda: Path(_file).write_text(json.dumps(notes)))
    execute_from_command_line(["manage.py", _role, *_options])
