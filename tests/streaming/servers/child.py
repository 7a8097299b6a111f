"""A server with a small application of its own, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.processes import PATIENCE_S, standard
from tests.streaming.supervision.served import connect

ROOT = Path(__file__).parents[3]
# Promised: 4 s, also with a response that does not end.
STOP_S = 12.0
NAMES = ["localhost", "127.0.0.1", "192.168.7.5"]
CHILD = """
import asyncio, socket, sys, time
from pathlib import Path
import django; django.setup()
from django.utils.module_loading import import_string
from streaming.watch import outlet as outlets
from streaming.process import web
from streaming.watch.connection import connection, direct_write
from streaming.domain import websocket, wire
from streaming.domain.codecs.jpeg import JPEG
from streaming.watch.seat import Outgoing
from streaming.servers import Secure
from streaming.network import certificates

certificates.LOOK_EVERY_S = 0.05
{prepare}
if {loop!r}:
    import uvicorn
    uvicorn.Config.get_loop_factory = lambda config: import_string({loop!r})

async def work():
    {work}
web.run = work

async def mix(scope, send):
    "Frames written directly between messages that go through the server, to the close."
    direct = direct_write(scope)
    if direct is None:
        await send({{"type": "websocket.send", "text": "not offered"}})
        return
    for number in range(100):
        direct.write(websocket.binary(bytes([number]) * (number * 997)))
        direct.write(websocket.text(str(number)))
        await send({{"type": "websocket.send", "text": "sent " + str(number)}})
    await send({{"type": "websocket.close", "code": 1000}})
    print(direct.is_open, flush=True)

async def offer(scope, send):
    "Frames offered while much of what was written still waits, between messages that go anyway."
    direct = direct_write(scope)
    taken = 0
    for number in range(400):
        size = 1_500_000 if number % 40 == 39 else number * 97
        taken += direct.offer(websocket.binary(number.to_bytes(2) * size))
        if number % 3 == 0:
            direct.write(websocket.text(str(number)))
        if number % 25 == 0:
            await send({{"type": "websocket.send", "text": str(number)}})
        await asyncio.sleep(0.002)
    await send({{"type": "websocket.send", "text": "taken " + str(taken)}})
    await send({{"type": "websocket.close", "code": 1000}})
    print(direct.offer(websocket.binary(b"after the close")), flush=True)

async def pile_up(scope):
    "Written as an outlet writes: until nothing goes out any more."
    direct = direct_write(scope)
    for idle in range(10):
        while not direct.pending:
            direct.write(websocket.binary(bytes(100_000)))
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
    print(bool(direct.pending), direct.is_open, flush=True)
    direct.abort()
    while direct.is_open:
        await asyncio.sleep(0.01)
    print("aborted", flush=True)

async def crowd(scope, send):
    "Pictures without end, through the outlet of a server without a direct write."
    async def say(bytes_data):
        await send({{"type": "websocket.send", "bytes": bytes_data}})
    outlets.STUCK_AFTER_S = 0.5
    outlet = outlets.SendOutlet(say, connection(scope), lambda: print("cut off", flush=True))
    seat, running = outlet.seat(), asyncio.create_task(outlet.run())
    head = dict(rendition=wire.Rendition.JPEG, codec=JPEG, key=True, session=1,
                captured_at=0.0, width=8, height=8, payload=bytes(100_000))
    number = 0
    while not running.done():
        number += 1
        seat.picture(Outgoing(wire.pack(**head, sequence=number)), time.monotonic())
        await asyncio.sleep(0.005)
    print(seat.skipped > number / 2, flush=True)

async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({{"type": "websocket.accept"}})
        if scope["path"] == "/scheme":
            await send({{"type": "websocket.send", "text": scope["scheme"]}})
        if scope["path"] == "/direct":
            await mix(scope, send)
        if scope["path"] == "/offer":
            await offer(scope, send)
        if scope["path"] == "/unread":
            await pile_up(scope)
        if scope["path"] == "/crowd":
            await crowd(scope, send)
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
    if scope["path"] == "/large":
        await send({{"type": "http.response.body", "body": bytes(30_000_000)}})
        return
    body = scope["scheme"].encode() if scope["path"] == "/scheme" else b"done"
    await send({{"type": "http.response.body", "body": body}})

plain, secure = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
print(plain.getsockname()[1], secure.getsockname()[1], flush=True)
chain = {chain!r}
tls = Secure(secure, Path(chain)) if chain else None
import_string("streaming.servers.{server}.run")(application, plain, None, tls)
"""


Environ = Mapping[str, str]


class Server:
    def __init__(
        self, server: str, work: str, chain: Path | None, loop: str, prepare: str, env: Environ
    ) -> None:
        child = CHILD.format(
            server=server, work=work, chain=str(chain or ""), loop=loop, prepare=prepare
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", child],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "skysentry.settings", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        ports = standard(self.process.stdout).readline().split()
        self.port, self.tls_port = map(int, ports)

    def get(self, path: str, fields: str = "") -> socket.socket:
        """A connection on which a response has begun."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode())
        connection.recv(1)
        return connection

    def open(self, path: str = "/") -> ClientConnection:
        return connect(f"ws://127.0.0.1:{self.port}{path}", max_size=None)


Start = Callable[..., Server]


def close_code(socket: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        for _ in socket:
            pass
    return socket.close_code


def ask_for_socket(connection: socket.socket, path: str) -> None:
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )


def read_all(connection: socket.socket) -> None:
    while connection.recv(1 << 20):
        pass
