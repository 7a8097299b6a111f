from __future__ import annotations

from typing import Any

from django import db
from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from cameras.setup import ensure_owner
from cameras.users import User, active_user
from streaming import conf
from streaming.management.base import BaseCommand
from streaming.management.links import links_to_sign_in, server_urls
from streaming.management.shell import manage_command
from streaming.supervision.instance import running_urls


class Command(BaseCommand):
    help = "Prints a link that signs a person in. It works once, within an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", nargs="?", help="user name (default: the owner)")
        parser.add_argument(
            "--url",
            help="of the server, such as https://cameras.example.org (default: where it runs)",
        )

    def handle(self, *_: Any, user: str | None, url: str | None, **__: Any) -> None:
        try:
            who = _person(user)
        except db.Error as error:
            raise CommandError(
                f"The database cannot be used: {error}. To set it up: {manage_command('migrate')}"
            ) from error
        urls = [url.rstrip("/")] if url else _urls()
        for link in links_to_sign_in(urls, who):
            self.stdout.write(link)
        if len(urls) > 1:
            self.stderr.write("These are one link, at each address of this server. It works once.")


def _person(name: str | None) -> User:
    user = _owner() if name is None else active_user(name)
    if user is None:
        wanted = f"active user named {name!r}" if name else "active superuser"
        raise CommandError(f"There is no {wanted}. To add one: {manage_command('createsuperuser')}")
    return user


def _owner() -> User | None:
    try:
        return ensure_owner()[0]
    except User.DoesNotExist:
        return None


def _urls() -> list[str]:
    """Where `serve` runs now, else where it would: for this machine first, then for others."""
    running = running_urls(settings.VAR_DIR / "serve.lock")
    return running or server_urls(conf.get())
