from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from streaming.supervision.exclusive import database_alone


class Command(migrate.Command):
    """Django's own, by one at a time: several machines may begin at once."""

    def handle(self, *args: Any, **options: Any) -> None:
        with database_alone():
            super().handle(*args, **options)
