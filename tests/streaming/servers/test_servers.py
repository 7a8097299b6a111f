"""Both servers with a small application of their own, in a process of their own."""

from __future__ import annotations

import http.client
import os
import select
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from streaming.network import certificates
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from tests.processes import PATIENCE_S, standard, wait_until
from tests.streaming.supervision.served import connect, trusting

pytestmark = pytest.mark.system

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


@pytest.fixture(params=["uvicorn", "daphne"])
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(
            work: str = "await asyncio.Event().wait()",
            chain: Path | None = None,
            loop: str = "",
            prepare: str = "",
            **env: str,
        ) -> Server:
            server = Server(request.param, work, chain, loop, prepare, env)
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


# The direct write


@pytest.mark.parametrize("start", ["daphne"], indirect=True)
def test_over_tls_nothing_piles_up_for_one_that_reads_nothing(
    start: Start, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain)
    with (
        socket.create_connection(("127.0.0.1", server.tls_port), timeout=PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        ask_for_socket(connection, "/crowd")
        output = standard(server.process.stdout)
        assert [output.readline(), output.readline()] == ["cut off\n", "True\n"]
        with suppress(ConnectionResetError):
            read_all(connection)


def read_all(connection: socket.socket) -> None:
    while connection.recv(1 << 20):
        pass


def expect_the_mixture(socket: ClientConnection) -> None:
    for number in range(100):
        assert socket.recv(timeout=PATIENCE_S) == bytes([number]) * (number * 997)
        assert socket.recv(timeout=PATIENCE_S) == str(number)
        assert socket.recv(timeout=PATIENCE_S) == f"sent {number}"
    assert close_code(socket) == 1000


def test_what_is_written_directly_comes_whole_and_in_order(start: Start) -> None:
    server = start()
    with server.open("/direct") as socket:
        expect_the_mixture(socket)
    assert standard(server.process.stdout).readline() == "False\n"


@pytest.mark.parametrize(
    ("start", "loop", "tls"),
    [
        ("uvicorn", "uvloop.new_event_loop", False),
        ("uvicorn", "uvloop.new_event_loop", True),
        ("uvicorn", "asyncio.new_event_loop", False),
        ("uvicorn", "asyncio.new_event_loop", True),
        ("daphne", "", False),
    ],
    indirect=["start"],
)
def test_under_back_pressure_what_is_offered_comes_whole_or_not_at_all(
    start: Start, loop: str, tls: bool, chain: Path, context: ssl.SSLContext
) -> None:
    server = start(chain=chain, loop=loop)
    port, scheme = (server.tls_port, "wss") if tls else (server.port, "ws")
    plain = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    # So that little is under way, and what is written has to wait.
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    pictures: list[int] = []
    texts: list[str] = []
    with connect(
        f"{scheme}://127.0.0.1:{port}/offer",
        sock=plain,
        ssl=context if tls else None,
        server_hostname="127.0.0.1" if tls else None,
        max_size=None,
    ) as open:
        while not (texts and texts[-1].startswith("taken")):
            message = open.recv(timeout=PATIENCE_S)
            if isinstance(message, str):
                texts.append(message)
                continue
            number = int.from_bytes(message[:2])
            size = 1_500_000 if number % 40 == 39 else number * 97
            assert message == number.to_bytes(2) * size
            pictures.append(number)
            if number % 7 == 0:
                # The answer goes through the server, too, unless all has come and waits here.
                with suppress(ConnectionClosed):
                    open.ping()
                time.sleep(0.02)
        assert close_code(open) == 1000
    assert pictures == sorted(set(pictures))
    assert texts[-1] == f"taken {len(pictures)}"
    assert 10 < len(pictures) < 400
    expected = [str(n) for n in range(400) for _ in range((n % 3 == 0) + (n % 25 == 0))]
    assert texts[:-1] == expected
    assert standard(server.process.stdout).readline() == "False\n"


def ask_for_socket(connection: socket.socket, path: str) -> None:
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )


def test_a_connection_that_nobody_reads_says_what_waits_and_can_be_aborted(start: Start) -> None:
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as connection:
        ask_for_socket(connection, "/unread")
        output = standard(server.process.stdout)
        assert output.readline() == "True True\n"
        assert output.readline() == "aborted\n"
        with pytest.raises(ConnectionResetError):
            read_all(connection)


@pytest.mark.parametrize(
    ("start", "offered"), [("uvicorn", True), ("daphne", False)], indirect=["start"]
)
def test_over_tls_it_is_offered_only_where_it_is_encrypted(
    start: Start, offered: bool, chain: Path, context: ssl.SSLContext
) -> None:
    url = f"wss://127.0.0.1:{start(chain=chain).tls_port}/direct"
    with connect(url, ssl=context, max_size=None) as open:
        if offered:
            expect_the_mixture(open)
        else:
            assert open.recv(timeout=PATIENCE_S) == "not offered"


# TLS, beside the plain listener


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    certificates.ensure(tmp_path, NAMES)
    return certificates.chain(tmp_path)


@pytest.fixture
def context(chain: Path) -> ssl.SSLContext:
    return trusting(chain.with_name("authority.crt"))


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


# What one client may send


def masked(opcode: int, payload: bytes = b"", fin: bool = True) -> bytes:
    """A frame as a client sends it; its mask is zero."""
    return bytes([0x80 * fin | opcode, 0x80 | len(payload)]) + bytes(4) + payload


TEXT, CONTINUATION, PING = 0x1, 0x0, 0x9
FLOODS = {
    "fragments": (masked(TEXT, b"x", fin=False), masked(CONTINUATION, b"x", fin=False), 1009),
    "empty fragments": (masked(TEXT, fin=False), masked(CONTINUATION, fin=False), 1009),
    "pings": (b"", masked(PING, bytes(125)), 1008),
    "pings between fragments": (masked(TEXT, b"x", fin=False), masked(PING), 1008),
}


def flood(connection: socket.socket, first: bytes, more: bytes) -> bytes:
    """What the server said, until it ended the connection: before it took ten megabytes."""
    said = b""
    with suppress(ConnectionError):
        connection.sendall(first)
        for _ in range(2_000):
            connection.sendall(more * (5_000 // len(more)))
        raise AssertionError("It took everything.")
    with suppress(ConnectionError):
        while received := connection.recv(1 << 16):
            said += received
    return said


def test_a_socket_that_makes_too_much_work_is_closed_and_says_why(start: Start) -> None:
    server = start()
    for first, more, code in FLOODS.values():
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
            ask_for_socket(connection, "/")
            assert b" 101 " in connection.recv(1000)
            assert code.to_bytes(2) + b"Too much work" in flood(connection, first, more)
    with server.open() as witness:
        witness.send(b"still there")
        assert witness.recv(timeout=PATIENCE_S) == b"still there"


POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "more"),
    [(POST, b"1\r\nx\r\n"), (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"a: b\r\n")],
    ids=["chunks", "fields"],
)
def test_a_request_in_a_million_bits_is_refused(start: Start, first: bytes, more: bytes) -> None:
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
        said = flood(connection, first, more)
    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 200 "))
    assert b"Traceback" not in said
    with server.get("/"):
        pass


@pytest.mark.parametrize("start", ["daphne"], indirect=True)
@pytest.mark.parametrize("length", [b"Content-Length: 2001", b"Transfer-Encoding: chunked"])
def test_daphne_refuses_a_body_that_is_too_large_before_it_has_read_it(
    start: Start, length: bytes
) -> None:
    server = start(SKYSENTRY_BODY_BYTES="2000")
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + length + b"\r\n\r\n")
        connection.sendall(b"7d0\r\n" + bytes(2000) + b"\r\n1\r\nx\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


SLOW = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost:",
    "half a body": b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
}


@pytest.mark.parametrize("start", ["uvicorn"], indirect=True)
def test_a_request_that_does_not_arrive_is_not_waited_for(start: Start) -> None:
    server = start(
        prepare="from streaming.servers.uvicorn import http; http.HEAD_S = http.BODY_S = 0.5"
    )
    connections = {
        what: socket.create_connection(("127.0.0.1", server.port), PATIENCE_S) for what in SLOW
    }
    for what, connection in connections.items():
        connection.sendall(SLOW[what])
    answers = {what: connection.recv(12) for what, connection in connections.items()}
    assert answers["nothing"] == b""
    assert answers["half a head"] == b"HTTP/1.1 408"
    assert answers["half a body"] in (b"HTTP/1.1 408", b"HTTP/1.1 200")
    for connection in connections.values():
        connection.close()


@pytest.mark.parametrize("start", ["uvicorn"], indirect=True)
def test_an_answer_that_nobody_reads_is_not_kept(start: Start) -> None:
    server = start(prepare="from streaming.servers.uvicorn import http; http.UNREAD_S = 0.5")
    with server.get("/large") as kept, server.get("/large", "Connection: close\r\n") as last:
        for connection in (kept, last):
            wait_until(partial(is_reset, connection), PATIENCE_S)
            with pytest.raises(ConnectionResetError):
                read_all(connection)


def is_reset(connection: socket.socket) -> bool:
    """Without reading what has come."""
    poll = select.poll()
    # Errors and the end are told in any case.
    poll.register(connection, 0)
    return bool(poll.poll(0))


# How many may come


def test_a_connection_too_many_is_told_when_to_come_back(start: Start) -> None:
    server = start(SKYSENTRY_CONNECTIONS_PER_ADDRESS="2")
    with server.open() as first, server.open():
        with server.get("/") as third:
            assert b"TP/1.1 503 " in (answer := third.recv(1000))
            assert b"retry-after: 20" in answer.lower()
        first.close()
        wait_until(lambda: is_served(server), PATIENCE_S)


def is_served(server: Server) -> bool:
    with server.get("/") as connection:
        return b" 200 " in connection.recv(1000)


@pytest.mark.parametrize("start", ["uvicorn"], indirect=True)
def test_a_socket_too_many_is_closed_with_a_time(start: Start) -> None:
    server = start(SKYSENTRY_CONNECTIONS="1")
    with server.open(), server.open() as second:
        assert close_code(second) == 1013
        assert second.close_reason == "retry_after=20"
