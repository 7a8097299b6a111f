"""TLS, beside the plain listener."""

from __future__ import annotations

import socket
import ssl
import struct
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from streaming.network import certificates
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from tests.processes import PATIENCE_S, standard, wait_until
from tests.streaming.servers.child import NAMES, STOP_S, Start, close_code
from tests.streaming.supervision.served import connect

pytestmark = pytest.mark.system

_REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
_UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def fetch(url: str, context: ssl.SSLContext) -> bytes:
    with urllib.request.urlopen(url, timeout=PATIENCE_S, context=context) as response:
        body: bytes = response.read()
        return body


def serial(port: int, context: ssl.SSLContext) -> object:
    """Of the certificate that a new connection gets."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection,
        context.wrap_socket(connection, server_hostname="127.0.0.1") as secure,
    ):
        return (secure.getpeercert() or {})["serialNumber"]


def test_the_same_pages_are_served_with_and_without_tls(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    assert fetch(f"https://127.0.0.1:{server.tls_port}/scheme", context) == b"https"
    assert fetch(f"http://127.0.0.1:{server.port}/scheme", context) == b"http"


def test_sockets_work_over_tls_and_know_it(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    frame = bytes(MAX_BROWSER_MESSAGE_BYTES)
    with connect(f"wss://127.0.0.1:{server.tls_port}/scheme", ssl=context, max_size=None) as open:
        assert open.recv(timeout=PATIENCE_S) == "wss"
        open.send(frame)
        assert open.recv(timeout=PATIENCE_S) == frame
    with connect(f"ws://127.0.0.1:{server.port}/scheme") as open:
        assert open.recv(timeout=PATIENCE_S) == "ws"


def test_new_connections_get_a_renewed_certificate_and_open_ones_go_on(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    before = serial(server.tls_port, context)
    with connect(f"wss://127.0.0.1:{server.tls_port}/", ssl=context) as open:
        certificates.ensure(chain.parents[1], NAMES[:-1])
        wait_until(lambda: serial(server.tls_port, context) != before, 5)
        open.send(b"still here")
        assert open.recv(timeout=PATIENCE_S) == b"still here"


def test_plain_and_silent_visitors_of_the_tls_port_disturb_nobody(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    address = ("127.0.0.1", server.tls_port)
    with socket.create_connection(address), socket.create_connection(address) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert fetch(f"https://127.0.0.1:{server.tls_port}/", context) == b"done"
        server.process.terminate()
        assert server.process.wait(STOP_S) == 0
    assert "Traceback" not in standard(server.process.stderr).read()


class _Broken:
    """Connections that end early: by an end, or by a reset, as where a phone loses its network."""

    def __init__(self, port: int, *, resets: bool) -> None:
        self._address = ("127.0.0.1", port)
        self._linger = struct.pack("ii", resets, 0)

    def plain(self, sent: bytes = b"", *, waits: bool = False) -> None:
        with self._connection() as connection:
            connection.sendall(sent)
            if waits:
                connection.recv(1)

    def secure(self, context: ssl.SSLContext, sent: bytes = b"", *, waits: bool = False) -> None:
        with context.wrap_socket(self._connection(), server_hostname="localhost") as connection:
            connection.sendall(sent)
            if waits:
                connection.recv(1)

    def _connection(self) -> socket.socket:
        connection = socket.create_connection(self._address, timeout=PATIENCE_S)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, self._linger)
        return connection


def _hello(context: ssl.SSLContext) -> bytes:
    """The first message of a handshake."""
    sent = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
    with suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return sent.read()


@pytest.mark.parametrize("resets", [False, True], ids=["end", "reset"])
def test_handshakes_that_are_broken_off_disturb_nobody(
    start: Start, chain: Path, context: ssl.SSLContext, resets: bool
) -> None:
    server = start(chain=chain)
    broken, hello = _Broken(server.tls_port, resets=resets), _hello(context)
    for length in (0, 1, 5, 50, len(hello)):
        broken.plain(hello[:length])
    broken.plain(hello, waits=True)
    # A browser that warns of the certificate.
    with pytest.raises(ssl.SSLCertVerificationError):
        broken.secure(ssl.create_default_context())
    for waits in (False, True):
        for request in (_REQUEST, _UPGRADE):
            broken.secure(context, request, waits=waits)
    broken.secure(context)
    assert fetch(f"https://127.0.0.1:{server.tls_port}/", context) == b"done"
    server.process.terminate()
    assert server.process.wait(STOP_S) == 0
    said = standard(server.process.stderr).read()
    assert "never retrieved" not in said
    assert "Traceback" not in said


def test_sigterm_tells_secure_sockets_that_the_server_restarts(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    with connect(f"wss://127.0.0.1:{server.tls_port}/", ssl=context) as open:
        server.process.terminate()
        assert close_code(open) == 1012
    assert server.process.wait(STOP_S) == 0
    assert "Traceback" not in standard(server.process.stderr).read()
