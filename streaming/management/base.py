from __future__ import annotations

from django.core.management import base


class BaseCommand(base.BaseCommand):
    """A command whose help is about its own options; those that Django gives to every command
    work, too."""

    suppressed_base_arguments = {  # noqa: RUF012
        *("--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
        *("--no-color", "--force-color", "--skip-checks"),
    }
