from __future__ import annotations

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.module_loading import import_string

from streaming.management.base import BaseCommand
from streaming.management.choices import add_option, chosen
from streaming.network import certificates
from streaming.network.listeners import ListenError, bind
from streaming.servers import Secure


class Command(BaseCommand):
    help = "Runs one web process: pages, API and WebSockets. `serve` starts it with the others."

    def add_arguments(self, parser: CommandParser) -> None:
        add_option(parser, "HOST", "address to listen on; 0.0.0.0 means all of them")
        add_option(parser, "API_PORT", "port to listen on", type=int, metavar="N")
        add_option(parser, "SERVER", "ASGI server", choices=["uvicorn", "daphne"])
        parser.add_argument("--fd", type=int, help="a listening socket, instead of host and port")
        parser.add_argument("--tls-fd", type=int, help="a listening socket for TLS, beside it")
        parser.add_argument("--lifeline-fd", type=int, help="see streaming/supervision/lifeline.py")

    def handle(self, *_: Any, **options: Any) -> None:
        choice = chosen(options)
        fd = options["fd"]
        listener = self.listen(choice.HOST, choice.API_PORT) if fd is None else _inherited(fd)
        application = import_string(settings.ASGI_APPLICATION)
        # Not imported above: each server brings an event loop of its own along.
        run = import_string(f"streaming.servers.{choice.SERVER}.run")
        run(application, listener, options["lifeline_fd"], _secure(options["tls_fd"]))

    def listen(self, host: str, port: int) -> socket.socket:
        try:
            (listener,) = bind(host, port, 1)
        except ListenError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Listening on {host}, port {port}.")
        self.stdout.flush()
        return listener


def _secure(fd: int | None) -> Secure | None:
    return None if fd is None else Secure(_inherited(fd), certificates.chain(settings.VAR_DIR))


def _inherited(fd: int) -> socket.socket:
    listener = socket.socket(fileno=fd)
    listener.set_inheritable(False)
    return listener
