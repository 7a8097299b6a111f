from __future__ import annotations

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from streaming import conf, listeners


class Command(BaseCommand):
    help = "Runs one web process: pages, API and WebSockets. `serve` starts it with the others."

    def add_arguments(self, parser: CommandParser) -> None:
        defaults = conf.get()
        parser.add_argument("--host", default=defaults.HOST)
        parser.add_argument("--port", type=int, default=defaults.PORT)
        parser.add_argument("--server", choices=["uvicorn", "daphne"], default=defaults.SERVER)
        parser.add_argument("--fd", type=int, help="a listening socket, instead of host and port")
        parser.add_argument("--lifeline-fd", type=int, help="see streaming/lifeline.py")

    def handle(self, *_: Any, **options: Any) -> None:
        application = import_string(settings.ASGI_APPLICATION)
        listener = self.listener(options["fd"], options["host"], options["port"])
        runner = import_string(f"streaming.servers.{options['server']}.run")
        runner(application, listener, options["lifeline_fd"])

    def listener(self, fd: int | None, host: str, port: int) -> socket.socket:
        if fd is not None:
            inherited = socket.socket(fileno=fd)
            inherited.set_inheritable(False)
            return inherited
        try:
            (listener,) = listeners.bind(host, port, 1)
        except listeners.ListenError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Listening on {host}, port {port}.")
        return listener
