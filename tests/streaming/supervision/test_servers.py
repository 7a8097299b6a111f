"""Both servers with a small application of their own, in a process of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from streaming.domain import wire
from tests.streaming.supervision.processes import standard

ROOT = Path(__file__).parents[3]
# Promised: 4 s, also with a response that does not end.
STOP_S = 12.0
CHILD = """
import asyncio, socket, sys, time
import django; django.setup()
from django.utils.module_loading import import_string
from streaming import web

async def work():
    {work}
web.run = work

async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({{"type": "websocket.accept"}})
        while (message := await receive())["type"] == "websocket.receive":
            await send({{"type": "websocket.send", "bytes": message["bytes"]}})
        return
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    while scope["path"] == "/endless":
        await send({{"type": "http.response.body", "body": b".", "more_body": True}})
        await asyncio.sleep(0.05)
    if scope["path"] == "/hanging":
        await send({{"type": "http.response.body", "body": b".", "more_body": True}})
        await asyncio.to_thread(time.sleep, 60)
    await send({{"type": "http.response.body", "body": b"done"}})

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
import_string("streaming.servers.{server}.run")(application, listener, None)
"""


class Server:
    def __init__(self, server: str, work: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD.format(server=server, work=work)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "skysentry.settings"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = int(standard(self.process.stdout).readline())

    def get(self, path: str) -> socket.socket:
        """A connection on which a response has begun."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        connection.recv(1)
        return connection

    def open(self) -> ClientConnection:
        return connect(f"ws://127.0.0.1:{self.port}/", max_size=None)


Start = Callable[..., Server]


@pytest.fixture(params=["uvicorn", "daphne"])
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(work: str = "await asyncio.Event().wait()") -> Server:
            server = Server(request.param, work)
            stack.enter_context(server.process)
            stack.callback(server.process.kill)
            return server

        yield start


def close_code(socket: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        for _ in socket:
            pass
    return socket.close_code


def test_it_serves_pages_without_naming_itself(start: Start) -> None:
    url = f"http://127.0.0.1:{start().port}/"
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.read() == b"done"
        assert "Server" not in response.headers


def test_it_takes_the_largest_frame_uncompressed(start: Start) -> None:
    frame = bytes(wire.MAX_MESSAGE_BYTES)
    with start().open() as socket:
        socket.send(frame)
        assert socket.recv(timeout=10) == frame
        assert socket.protocol.extensions == []


def test_it_closes_on_a_larger_one(start: Start) -> None:
    with start().open() as socket:
        socket.send(bytes(wire.MAX_MESSAGE_BYTES + 1))
        # Daphne does not say why.
        assert close_code(socket) in (1009, 1006)


def test_sigterm_tells_sockets_that_the_server_restarts(start: Start) -> None:
    server = start()
    with server.open() as socket:
        server.process.terminate()
        assert close_code(socket) == 1012
    assert server.process.wait(STOP_S) == 0


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
