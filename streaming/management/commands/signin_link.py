from __future__ import annotations

from typing import Any

from django import db
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cameras.setup import ensure_owner
from cameras.users import User, active_user
from streaming import conf
from streaming.management.links import sign_in_link
from streaming.network import addresses
from streaming.supervision.instance import running_url


class Command(BaseCommand):
    help = "Prints a link that signs a person in: once, within an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", nargs="?", help="user name; without one, the owner's link")
        parser.add_argument("--url", help="of the server, where it is not the one of the settings")

    def handle(self, *_: Any, user: str | None, url: str | None, **__: Any) -> None:
        try:
            who = _person(user)
        except db.Error as error:
            raise CommandError(
                f"The database cannot be used: {error}. Before the first start of `serve`, "
                "`migrate` makes it."
            ) from error
        self.stdout.write(sign_in_link((url or _url()).rstrip("/"), who))


def _person(name: str | None) -> User:
    user = _owner() if name is None else active_user(name)
    if user is None:
        whom = f"active user {name!r}" if name else "active superuser"
        raise CommandError(
            f"There is no {whom}. Make one in the administration, or by manage.py createsuperuser."
        )
    return user


def _owner() -> User | None:
    try:
        return ensure_owner()[0]
    except User.DoesNotExist:
        return None


def _url() -> str:
    """Where `serve` runs now, else where it would."""
    running = running_url(settings.VAR_DIR / "serve.lock")
    return running or addresses.url(conf.get().HOST, conf.get().API_PORT)
