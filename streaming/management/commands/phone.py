from __future__ import annotations

import socket
from typing import Any

from django import db
from django.core.management.base import CommandError, CommandParser

from cameras.models import Camera
from cameras.quotas import QuotaExceeded
from cameras.setup import ensure_owner
from streaming import conf
from streaming.management.base import BaseCommand
from streaming.management.phone_code import phone_code
from streaming.network import addresses
from streaming.supervision import preparation


class Command(BaseCommand):
    help = "Prints a QR code that turns a phone into a camera. It works once, within 10 minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("camera", nargs="?", help="its slug (default: the first camera)")
        parser.add_argument(
            "--url",
            help="of the server, such as https://cameras.example.org (default: this machine's)",
        )

    def handle(self, *_: Any, camera: str | None, url: str | None, **__: Any) -> None:
        origin = (url or _origin()).rstrip("/")
        try:
            found = _camera(camera)
            # Whose key it will be: the owner may revoke it.
            lines = phone_code(origin, found, found.owner)
        except QuotaExceeded as error:
            raise CommandError(str(error)) from error
        except db.Error as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        self.stdout.write("\n".join(lines))


def _camera(slug: str | None) -> Camera:
    if slug is None:
        camera = preparation.camera_to_try(ensure_owner()[0])
        which = "camera to film for"
    else:
        camera = Camera.objects.filter(Camera.at(slug)).first()
        which = f"camera {slug!r}"
    if camera is None:
        raise CommandError(f"There is no {which}. The page “Cameras” shows all of them.")
    return camera


def _origin() -> str:
    """Where phones find the `serve` of this machine."""
    chosen = conf.get()
    urls = addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https")
    if not urls:
        raise CommandError("This machine isn't on a network through which a phone can reach it.")
    try:
        here = addresses.reachable(chosen.TLS_HOST)
        socket.create_connection((here, chosen.TLS_PORT), timeout=2).close()
    except OSError as error:
        raise CommandError(
            f"Nothing listens with TLS on port {chosen.TLS_PORT}. Start SkySentry with "
            "`python3 dev.py run --tls`, or give its address with --url."
        ) from error
    return urls[0]
