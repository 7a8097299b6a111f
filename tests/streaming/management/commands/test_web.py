"""Several web processes: on one port, and on ports of their own."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection
from websockets.typing import Origin

from streaming.domain import wire
from tests.processes import PATIENCE_S, free_port
from tests.streaming.supervision.served import Serve, Start, connect, ready, refusal, trusting

pytestmark = pytest.mark.system
needs_proc = pytest.mark.skipif(
    not Path("/proc/net/tcp").exists(), reason="this platform does not say whose a connection is"
)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def watch(serve: Serve) -> ClientConnection:
    url = f"ws://127.0.0.1:{serve.port}/ws/watch/"
    return connect(url, origin=Origin(serve.url), max_size=None)


def processes_of(serve: Serve, viewers: list[ClientConnection]) -> list[int]:
    """The web process that holds the other end, for each viewer."""
    owners = {inode: pid for pid in serve.pids("web") for inode in sockets_of(pid)}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    held = [row for row in rows if row[1].endswith(f":{serve.port:04X}") and row[9] in owners]
    by_port = {int(row[2].rpartition(":")[2], 16): owners[row[9]] for row in held}
    return [by_port[viewer.local_address[1]] for viewer in viewers]


def sockets_of(pid: int) -> set[str]:
    """The inodes of the sockets that a process has open."""
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}


@needs_proc
def test_a_burst_of_connections_is_spread_over_the_processes(
    start: Start, stack: ExitStack
) -> None:
    serve = ready(start("--web", "3"))
    viewers = [stack.enter_context(watch(serve)) for _ in range(90)]
    shares = Counter(processes_of(serve, viewers))
    # By chance: 30 each, and below 12 once in ten thousand times.
    assert len(shares) == 3
    assert min(shares.values()) >= 12


@needs_proc
def test_viewers_of_all_processes_get_the_same_frames(start: Start, stack: ExitStack) -> None:
    serve = ready(start("--web", "2", "--demo"))
    viewers = [stack.enter_context(watch(serve)) for _ in range(16)]
    assert len(set(processes_of(serve, viewers))) == 2
    for viewer in viewers:
        viewer.send(json.dumps({"type": "subscribe", "cameras": ["demo"]}))
    with ThreadPoolExecutor(len(viewers)) as readers:
        seen = list(readers.map(frames, viewers))
    common = set.intersection(*(set(each) for each in seen))
    assert len(common) > 20
    for key in common:
        assert len({each[key] for each in seen}) == 1


def frames(viewer: ClientConnection) -> dict[tuple[int, int], bytes]:
    """Those of the next two seconds, by session and sequence."""
    found: dict[tuple[int, int], bytes] = {}
    while len(found) < 60:
        message = viewer.recv(timeout=PATIENCE_S)
        if isinstance(message, bytes):
            frame = wire.unpack(message)
            found[frame.session, frame.sequence] = message
    return found


@pytest.mark.parametrize(
    "server", ["uvicorn", pytest.param("daphne", marks=pytest.mark.faults(seconds=6))]
)
def test_roles_have_processes_and_ports_of_their_own(
    tmp_path: Path, start: Start, server: str
) -> None:
    plain, secure = [free_port(), free_port()], free_port()
    serve = ready(
        start(
            *("--server", server, "--websocket-port", str(plain[0])),
            *("--streaming-port", str(plain[1]), "--tls", "--tls-port", str(secure)),
        )
    )
    assert len(serve.pids("web")) == 3
    for port in (serve.port, *plain):
        with connect(f"ws://127.0.0.1:{port}/ws/watch/", origin=Origin(serve.url)):
            pass
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"ws://127.0.0.1:{port}/ws/watch/", origin=Origin("http://127.0.0.1:9"))
    context = trusting(tmp_path / "tls" / "authority.crt")
    page = Origin(f"https://127.0.0.1:{secure}")
    for port in range(secure, secure + 3):
        url = f"wss://127.0.0.1:{port}/ws/watch/"
        with connect(url, origin=page, ssl=context):
            pass
        with pytest.raises(InvalidStatus, match="403"):
            connect(url, origin=Origin(serve.url), ssl=context)


def test_a_port_of_a_role_that_is_in_use_is_told_of_with_its_option(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(start("--streaming-port", str(port)))
    assert line.endswith(
        f"Port {port} of 127.0.0.1 is in use. Choose another one with --streaming-port."
    )
