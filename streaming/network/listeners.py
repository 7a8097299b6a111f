"""Listening sockets: one for each web process, all on the same address."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

#: Connections that wait for a web process, for instance while it starts again.
BACKLOG = 1024
#: Bytes that the kernel takes before it has sent them. The newest frame for a slow viewer waits
#: behind them; by default they are megabytes. Accepted sockets inherit it from their listener.
NOT_SENT_BYTES = 65_536


class ListenError(Exception):
    """The address cannot be listened on; the text is for the person who chose it."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """What one web process listens on. The supervisor keeps them: connections wait there."""

    #: Of the process: "web 1".
    name: str
    plain: socket.socket
    #: With TLS.
    secure: socket.socket | None

    def close(self) -> None:
        self.plain.close()
        if self.secure:
            self.secure.close()


def bind(host: str, port: int, count: int, options: str = "--") -> list[socket.socket]:
    """`count` listening sockets, among which the kernel spreads the connections.

    `options` is how the names of those options begin by which host and port were chosen.
    """
    try:
        family, address = _resolve(host, port)
        # SO_REUSEPORT would let a second instance in beside the first: ask without it.
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
        return [_listener(family, address) for _ in range(count)]
    except OSError as error:
        raise ListenError(_explain(error, host, port, options)) from error


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    """The first address of `host`, IPv4 before IPv6: `localhost` is 127.0.0.1."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, address


def _listener(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, NOT_SENT_BYTES)
    listener.bind(address)
    listener.listen(BACKLOG)
    return listener


def _explain(error: OSError, host: str, port: int, options: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use. Choose another one with {options}port."
    if error.errno == errno.EACCES:
        choice = f"Choose one above 1023 with {options}port."
        return f"Port {port} needs more rights than yours. {choice}"
    choice = f"Choose another address with {options}host."
    return f"Cannot listen on {host}: {error.strerror}. {choice}"
