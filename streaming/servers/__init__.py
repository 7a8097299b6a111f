"""The ASGI servers that `web` runs under. Only these modules know a server's internals."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Between closing the listener and everything else, for connections accepted but not yet read.
PAUSE_S = 0.3
#: For responses that are under way when the process is told to end.
RESPONSES_S = 2


@dataclass(frozen=True, slots=True)
class Secure:
    """A listener that speaks TLS."""

    listener: socket.socket
    #: Key and certificates, see streaming/network/certificates.py.
    chain: Path


class ShutdownHeaders:
    """The application; once `is_closing`, each response is the last one of its connection.

    Whoever keeps a connection for the next request would otherwise send it into one that ends.
    """

    def __init__(self, application: Any) -> None:
        self._application = application
        self.is_closing = False

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def last(message: dict[str, Any]) -> None:
            if self.is_closing and message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self._application(scope, receive, last if scope["type"] == "http" else send)
