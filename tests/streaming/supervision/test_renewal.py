"""SIGHUP: new processes stand in for the old ones, and nobody is refused meanwhile."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import threading
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection
from websockets.typing import Origin

from streaming.domain import wire
from tests.processes import PATIENCE_S, is_alive, wait_until
from tests.streaming.supervision.load import Load
from tests.streaming.supervision.served import (
    LOST_S,
    RENEWAL_S,
    RENEWED,
    ROOT,
    START_S,
    Serve,
    Start,
    connect,
    ready,
)


def watch(serve: Serve) -> ClientConnection:
    return connect(f"ws://127.0.0.1:{serve.port}/ws/watch/", origin=Origin(serve.url))


def close_code(viewer: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        for _ in viewer:
            pass
    return viewer.close_code


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("server", "web", "times"), [("uvicorn", 1, 3), ("uvicorn", 2, 1), ("daphne", 2, 1)]
)
def test_no_request_fails_while_all_processes_are_renewed(
    start: Start, server: str, web: int, times: int
) -> None:
    serve = ready(start("--server", server, "--web", str(web)))
    before = serve.pids("web|ingest")
    with Load(serve.port) as load:
        renewals = 0
        # A slow machine is renewed more often, until it has answered as much.
        while renewals < times or load.requests <= 1000 * times:
            serve.renew()
            renewals += 1
    assert load.failures == []
    assert len(serve.pids("web|ingest")) == web + 1
    assert not set(before) & set(serve.pids("web|ingest"))


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_sockets_are_told_so_and_find_a_new_process_at_once(start: Start, server: str) -> None:
    serve = ready(start("--server", server, "--web", "2"))
    with ExitStack() as stack:
        viewers = [stack.enter_context(watch(serve)) for _ in range(12)]
        renewal = threading.Thread(target=serve.renew)
        renewal.start()
        for viewer in viewers:
            assert close_code(viewer) == 1012
            stack.enter_context(watch(serve))
        renewal.join()


def test_a_camera_goes_on_as_the_same_session(start: Start) -> None:
    serve = ready(start("--demo"))
    before = session(serve)
    serve.renew()
    assert session(serve) == before


def session(serve: Serve) -> int:
    """That of the demo camera, from the first frame that comes."""
    with watch(serve) as viewer:
        viewer.send(json.dumps({"type": "subscribe", "cameras": ["demo"]}))
        while isinstance(message := viewer.recv(timeout=PATIENCE_S), str):
            pass
        return wire.unpack(message).session


def test_being_told_twice_meanwhile_means_once_more(start: Start) -> None:
    serve = ready(start())
    before = serve.pids("web")
    serve.process.send_signal(signal.SIGHUP)
    wait_until(lambda: set(serve.pids("web")) - set(before), START_S)
    for _ in range(3):
        serve.process.send_signal(signal.SIGHUP)
    wait_until(lambda: serve.output.count(RENEWED) == 2, 2 * RENEWAL_S)
    after = serve.pids("web")
    for _ in range(50):
        assert serve.get("/healthz")
    assert serve.pids("web") == after


def test_an_end_in_the_middle_leaves_nothing(start: Start) -> None:
    serve = ready(start("--web", "2"))
    before = serve.pids("web")
    serve.process.send_signal(signal.SIGHUP)
    wait_until(lambda: set(serve.pids("web")) - set(before), START_S)
    serve.process.terminate()
    assert serve.process.wait(LOST_S) == 0
    assert serve.left_behind() == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program in a folder that a test may change."""
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("cameras", "skysentry", "static", "streaming", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("manage.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


def test_settings_and_code_are_read_anew(start: Start, copy: Path) -> None:
    (copy / ".env").write_text("ALLOWED_HOSTS=before.example\n")
    serve = ready(start(root=copy, PYTHON_DOTENV_DISABLED=""))
    assert "ok" in serve.get("/healthz", Host="before.example")
    (copy / ".env").write_text("ALLOWED_HOSTS=after.example\n")
    health = copy / "streaming" / "api" / "health.py"
    health.write_text(health.read_text().replace('"ok', '"fine'))
    serve.renew()
    assert "fine" in serve.get("/healthz", Host="after.example")


def test_what_cannot_start_replaces_nobody(start: Start, copy: Path) -> None:
    serve = ready(start(root=copy))
    before = serve.pids("web|ingest")
    (copy / "streaming" / "watch" / "hub.py").write_text("a slip of the pen")
    serve.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "Renewing was given up" in serve.output, START_S)
    assert "web 1 did not start" in serve.output
    assert "ok" in serve.get("/healthz")
    assert all(map(is_alive, before))


def test_a_terminal_that_was_closed_ends_everything(start: Start) -> None:
    ours, theirs = pty.openpty()
    serve = ready(start(terminal=theirs))
    os.close(theirs)
    os.close(ours)
    assert serve.process.wait(LOST_S) == 0
    assert serve.left_behind() == []
