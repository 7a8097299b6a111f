"""What a server of ours offers a consumer: to write to the connection itself.

`scope["extensions"]["skysentry.direct"]` holds a `DirectWrite`. Under any other server it is
missing, and consumers send as usual.
"""

from __future__ import annotations

import array
import os
import socket
import struct
import sys
from collections.abc import Mapping
from fcntl import ioctl
from typing import Any, Protocol

EXTENSION = "skysentry.direct"
#: The same for pages, and for sockets to which no direct write is offered: a `Connection`.
CONNECTION = "skysentry.connection"

#: linux/sockios.h: how many bytes a TCP socket has not sent yet.
_SIOCOUTQNSD = 0x894B
# Made once: it is asked for each frame of each viewer, in one thread.
_answer = array.array("i", [0])


class Connection(Protocol):
    @property
    def is_open(self) -> bool:
        """Whether anything may be sent: no end has begun on either side."""

    @property
    def pending(self) -> int:
        """Bytes that wait here: in the server's buffer, and in the kernel before its first send."""

    def abort(self) -> None:
        """End the connection without a word. A close would wait behind a full buffer."""


class DirectWrite(Connection, Protocol):
    """Open only once the socket is accepted."""

    def offer(self, framed: bytes) -> bool:
        """Write, and say so, if the connection is open and nothing is pending."""

    def write(self, framed: bytes) -> None:
        """Send WebSocket frames as they are. Only while open; never waits."""


def direct_write(scope: Mapping[str, Any]) -> DirectWrite | None:
    found: DirectWrite | None = scope.get("extensions", {}).get(EXTENSION)
    return found


def connection(scope: Mapping[str, Any]) -> Connection | None:
    found: Connection | None = scope.get("extensions", {}).get(CONNECTION)
    return found


def forget_unsent(fd: int) -> None:
    """Let the socket end with a reset: its kernel would go on for minutes with what is unsent."""
    with socket.socket(fileno=os.dup(fd)) as duplicate:
        linger = struct.pack("ii", 1, 0)
        duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


if sys.platform == "linux":

    def unsent_bytes(fd: int) -> int:
        """What the kernel holds back of a TCP socket: 0 where it cannot be asked.

        Bytes under way that are not acknowledged yet do not count: a long way is no slow one.
        """
        ioctl(fd, _SIOCOUTQNSD, _answer)
        return _answer[0]

else:

    def unsent_bytes(fd: int) -> int:
        return 0
