#!/usr/bin/env python3
from __future__ import annotations

import atexit
import gc
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # At its end, Python would look through all that was loaded for what is no longer needed: a
    # quarter of a second of work.
    atexit.register(gc.freeze)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skysentry.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A sentence for the person who configures it: where it was raised does not help.
        sys.exit(str(error))
