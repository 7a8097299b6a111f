"""What is written directly, between messages that go through the server."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.processes import PATIENCE_S, standard
from tests.streaming.servers.child import Start, ask_for_socket, close_code, read_all
from tests.streaming.supervision.served import connect

pytestmark = pytest.mark.system


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
