from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from cameras.models import ApiToken
from cameras.naming import validate_line
from cameras.quotas import QuotaExceeded
from cameras.secret import Secret
from cameras.users import active_user
from streaming.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints a new API token, and nothing else to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="name of the user it acts as")
        parser.add_argument(
            "--name",
            default="Shell",
            help="name of the token, such as its program's (default: Shell)",
        )
        parser.add_argument("--days", type=int, help="days until it expires (default: never)")

    def handle(self, *_: Any, user: str, name: str, days: int | None, **__: Any) -> None:
        who = active_user(user)
        if who is None:
            raise CommandError(f"No active user named {user!r}.")
        if not name or len(name) > Secret.MAX_NAME_LENGTH or (days is not None and days < 1):
            raise CommandError(
                f"A token has a name of 1 to {Secret.MAX_NAME_LENGTH} characters and works for at"
                " least a day."
            )
        try:
            validate_line(name)
            expires = None if days is None else timezone.now() + timedelta(days=days)
            _token, secret = ApiToken.issue(user=who, name=name, expires=expires)
        except (OverflowError, QuotaExceeded, ValidationError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
        self.stderr.write(f"Token “{name}” created for {user}. It isn't shown again.")
