"""Whether an open page is still the one that this server gives out."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.template.loader import get_template

from streaming.pages import static_files

_TEMPLATES = ("streaming/kiosk.html", "streaming/wall.html", "streaming/_tile.html")
_CHARACTERS = 16


# Changed files are read by the next process only, as changed code is.
@cache
def release() -> str:
    """Another one after each change of what a wall is made of."""
    digest = hashlib.sha256(static_files.version().encode())
    for name in _TEMPLATES:
        digest.update(_path(name).read_bytes())
    return digest.hexdigest()[:_CHARACTERS]


def _path(template: str) -> Path:
    return Path(get_template(template).template.origin.name)  # type: ignore[attr-defined]
