"""Both servers: what they serve, and how they end."""

from __future__ import annotations

import http.client
import socket
import urllib.request
from contextlib import closing, suppress

import pytest

from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from tests.processes import PATIENCE_S, standard, wait_until
from tests.streaming.servers.child import STOP_S, Start, close_code

pytestmark = pytest.mark.system


def test_it_serves_pages_without_naming_itself(start: Start) -> None:
    url = f"http://127.0.0.1:{start().port}/"
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as response:
        assert response.read() == b"done"
        assert "Server" not in response.headers


def test_it_takes_the_largest_frame_uncompressed(start: Start) -> None:
    frame = bytes(MAX_BROWSER_MESSAGE_BYTES)
    with start().open() as socket:
        socket.send(frame)
        assert socket.recv(timeout=PATIENCE_S) == frame
        assert socket.protocol.extensions == []


def test_it_closes_on_a_larger_one(start: Start) -> None:
    with start().open() as socket:
        socket.send(bytes(MAX_BROWSER_MESSAGE_BYTES + 1))
        # Daphne does not say why.
        assert close_code(socket) in (1009, 1006)


def test_sigterm_tells_sockets_that_the_server_restarts(start: Start) -> None:
    server = start()
    with server.open() as socket:
        server.process.terminate()
        assert close_code(socket) == 1012
    assert server.process.wait(STOP_S) == 0


def test_who_keeps_a_connection_learns_with_the_last_response_that_it_ends(start: Start) -> None:
    server = start()
    visitor = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    with closing(visitor):
        visitor.request("GET", "/")
        assert visitor.getresponse().read() == b"done"
        server.process.terminate()
        wait_until(lambda: not listens(server.port), STOP_S)
        visitor.request("GET", "/")
        response = visitor.getresponse()
        assert response.read() == b"done"
        assert response.getheader("Connection") == "close"


def listens(port: int) -> bool:
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def test_connections_without_a_request_do_not_disturb_the_end(start: Start) -> None:
    server = start()
    with socket.create_connection(("127.0.0.1", server.port)), server.get("/"):
        server.process.terminate()
        assert server.process.wait(STOP_S) == 0
    assert "Traceback" not in standard(server.process.stderr).read()


def test_a_stream_without_end_is_ended(start: Start) -> None:
    server = start()
    with server.get("/endless"):
        server.process.terminate()
        assert server.process.wait(STOP_S) == 0


def test_a_response_that_hangs_in_a_thread_ends_with_the_process(start: Start) -> None:
    server = start()
    with server.get("/hanging"):
        server.process.terminate()
        assert server.process.wait(STOP_S) == 1


def test_background_work_is_told_of_the_end_first(start: Start) -> None:
    server = start(
        "try: await asyncio.Event().wait()\n"
        "    except asyncio.CancelledError: print('work ended', flush=True)"
    )
    with server.open():
        server.process.terminate()
        assert standard(server.process.stdout).readline() == "work ended\n"


def test_the_process_ends_loudly_with_its_background_work(start: Start) -> None:
    server = start("await asyncio.sleep(0.2); raise RuntimeError('the work failed')")
    assert server.process.wait(STOP_S) == 1
    assert "the work failed" in standard(server.process.stderr).read()


@pytest.mark.parametrize(
    "end", ["return", "asyncio.current_task().cancel(); await asyncio.sleep(0)"]
)
def test_work_that_ends_by_itself_ends_the_process(start: Start, end: str) -> None:
    server = start(f"await asyncio.sleep(0.2); {end}")
    assert server.process.wait(STOP_S) == 1
    assert "nobody told it to" in standard(server.process.stderr).read()
