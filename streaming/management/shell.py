"""Commands as they work in the shell of whoever reads them."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path


def manage_command(*arguments: str) -> str:
    """What runs `manage.py` with these arguments, in the folder this process was started in.

    With this process's Python, so with its virtual environment, activated or not. Where the project
    has no manage.py that was started, `python -m django` takes its place.
    """
    program = Path(sys.argv[0])
    manage = [_short(program)] if program.name == "manage.py" else ["-m", "django"]
    return shlex.join([_short(Path(sys.executable)), *manage, *arguments])


def _short(path: Path) -> str:
    """Relative where it is in this folder."""
    here = Path.cwd()
    # Not resolved: that would lead out of a virtual environment.
    absolute = Path(os.path.abspath(path))
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)
