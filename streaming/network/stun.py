"""Whether a STUN or TURN server answers (RFC 8489, RFC 7064, RFC 7065)."""

from __future__ import annotations

import os
import re
import socket
import ssl
import struct
from dataclasses import dataclass

_MAGIC = 0x2112A442
_BINDING_REQUEST, _BINDING_RESPONSES = 0x0001, (0x0101, 0x0111)
_HEADER = struct.Struct("!HHI12s")
_MAX_PORT = 65535
_URL = re.compile(
    r"(?P<scheme>stuns?|turns?):(?P<host>\[[^\]]+\]|[^:?]+)(?::(?P<port>\d+))?"
    r"(?:\?transport=(?P<transport>udp|tcp))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StunServer:
    host: str
    port: int
    is_stream: bool
    is_secure: bool


def parse(url: str) -> StunServer:
    """Raises ValueError for what is no URL of such a server."""
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError("no URL of a STUN or TURN server")
    is_secure = found["scheme"].lower().endswith("s")
    port = int(found["port"] or (5349 if is_secure else 3478))
    if not 0 < port <= _MAX_PORT:
        raise ValueError("no port of TCP or UDP")
    is_stream = is_secure or (found["transport"] or "").lower() == "tcp"
    return StunServer(found["host"].strip("[]"), port, is_stream, is_secure)


def answers(url: str, timeout_s: float) -> bool:
    """Whether it answers a binding request, which TURN servers do, too, without credentials.

    Over UDP it is asked twice.
    """
    try:
        server = parse(url)
        return _over_tcp(server, timeout_s) if server.is_stream else _over_udp(server, timeout_s)
    except (OSError, ValueError):
        return False


def _over_udp(server: StunServer, timeout_s: float) -> bool:
    family, _, _, _, address = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)[
        0
    ]
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(timeout_s / 2)
        line.connect(address)
        for _ in range(2):
            request = _request()
            line.send(request)
            try:
                return _is_answer(line.recv(2048), request)
            except TimeoutError:
                continue
    return False


def _over_tcp(server: StunServer, timeout_s: float) -> bool:
    request = _request()
    with socket.create_connection((server.host, server.port), timeout_s) as plain:
        line = _secured(plain, server.host) if server.is_secure else plain
        line.sendall(request)
        return _is_answer(line.recv(2048), request)


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _request() -> bytes:
    return _HEADER.pack(_BINDING_REQUEST, 0, _MAGIC, os.urandom(12))


def _is_answer(data: bytes, request: bytes) -> bool:
    if len(data) < _HEADER.size:
        return False
    kind, _, magic, transaction = _HEADER.unpack_from(data)
    return kind in _BINDING_RESPONSES and magic == _MAGIC and transaction == request[-12:]
