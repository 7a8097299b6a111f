"""The ASGI servers that `web` runs under. Only these modules know a server's internals."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

#: Between closing the listener and everything else, for connections accepted but not yet read.
PAUSE_S = 0.3
#: For responses that are under way when the process is told to end.
RESPONSES_S = 2


@dataclass(frozen=True, slots=True)
class Secure:
    """A listener that speaks TLS."""

    listener: socket.socket
    #: Key and certificates, see streaming/supervision/certificates.py.
    chain: Path
