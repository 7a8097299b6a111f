"""Whether an open page is still the one that this server gives out."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import get_template

_KINDS = ("css", "js")
_TEMPLATES = ("streaming/kiosk.html", "streaming/wall.html", "streaming/_tile.html")
_CHARACTERS = 16


# Changed files are read by the next process only, as changed code is.
@cache
def release() -> str:
    """Another one after each change of what a wall is made of."""
    digest = hashlib.sha256()
    for path in [*_static_files(), *_templates()]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_CHARACTERS]


def _static_files() -> list[Path]:
    found = {
        name: storage.path(name)
        for finder in finders.get_finders()
        for name, storage in finder.list([])
        if name.partition("/")[0] in _KINDS
    }
    return [Path(found[name]) for name in sorted(found)]


def _templates() -> list[Path]:
    return [Path(get_template(name).template.origin.name) for name in _TEMPLATES]  # type: ignore[attr-defined]
