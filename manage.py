#!/usr/bin/env python3
from __future__ import annotations

import atexit
import gc
import importlib.util
import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"


def enter_environment() -> None:
    """Go on in the virtual environment that dev.py made, where this Python has no Django.

    So `python3 manage.py ...` works in any shell, whether or not it has activated anything.
    """
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if importlib.util.find_spec("django") or Path(sys.prefix) == ENVIRONMENT:
        return
    if not python.exists():
        sys.exit("Django is not installed. `python3 dev.py run` installs it and starts SkySentry.")
    os.execv(python, [str(python), *sys.argv])


def main() -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    # At its end, Python would look through all that was loaded for what is no longer needed: a
    # quarter of a second of work.
    atexit.register(gc.freeze)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A sentence for the person who configures it: where it was raised does not help.
        sys.exit(str(error))


if __name__ == "__main__":
    enter_environment()
    main()
