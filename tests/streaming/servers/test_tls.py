"""TLS, beside the plain listener."""

from __future__ import annotations

import socket
import ssl
import urllib.request
from pathlib import Path

import pytest

from streaming.network import certificates
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from tests.processes import PATIENCE_S, standard, wait_until
from tests.streaming.servers.child import NAMES, STOP_S, Start, close_code
from tests.streaming.supervision.served import connect

pytestmark = pytest.mark.system


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


def test_sigterm_tells_secure_sockets_that_the_server_restarts(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    with connect(f"wss://127.0.0.1:{server.tls_port}/", ssl=context) as open:
        server.process.terminate()
        assert close_code(open) == 1012
    assert server.process.wait(STOP_S) == 0
    assert "Traceback" not in standard(server.process.stderr).read()
