from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from cameras import two_step
from cameras.passkeys import remove
from cameras.users import active_user
from streaming.management.base import BaseCommand


class Command(BaseCommand):
    help = "Turns two-step sign-in off for a person who has lost their device and recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="name of the user")

        parser.add_argument(
            "--passkeys",
            action="store_true",
            help="remove their passkeys, too: where the server demands a second step of staff, "
            "these are asked for",
        )

    def handle(self, *_: Any, user: str, passkeys: bool, **__: Any) -> None:
        who = active_user(user)
        if who is None:
            raise CommandError(f"No active user named {user!r}.")
        removed = list(who.passkeys.all()) if passkeys else []
        if two_step.of(who) is None and not removed:
            raise CommandError(f"Two-step sign-in is not on for {user}.")
        two_step.turn_off(who)
        for passkey in removed:
            remove(passkey)
        self.stdout.write(f"Two-step sign-in is off for {user}.")
