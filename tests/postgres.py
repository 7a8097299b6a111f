"""A PostgreSQL of the test's own, where the machine has one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.processes import PATIENCE_S, children, free_port, wait_until

#: It refuses to run as root.
_USER: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}


def _binaries() -> Path:
    found = shutil.which("initdb") or shutil.which("pg_config")
    folders = [Path(found).resolve().parent] if found else []
    for folder in (*folders, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)):
        if (folder / "initdb").exists():
            return folder
    pytest.skip("needs PostgreSQL")


class Postgres:
    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._binaries = binaries
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgres://sky@127.0.0.1:{self._port}/postgres"

    def initialize(self) -> None:
        options = ("-A", "trust", "-U", "sky", "--no-sync", "-E", "UTF8", "--locale=C")
        self._run("initdb", "-D", str(self._folder), *options)

    def start(self) -> None:
        quick = ("fsync=off", "shared_buffers=16MB", f"unix_socket_directories={self._folder}")
        self._process = subprocess.Popen(
            [
                *(str(self._binaries / "postgres"), "-D", str(self._folder)),
                *("-p", str(self._port)),
                *(word for each in quick for word in ("-c", each)),
            ],
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_USER,
        )
        wait_until(self._answers, PATIENCE_S)

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(PATIENCE_S)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It neither answers nor refuses."""
        assert self._process
        pids = [self._process.pid, *children(self._process.pid)]
        try:
            _send(signal.SIGSTOP, pids)
            yield
        finally:
            _send(signal.SIGCONT, pids)

    def _answers(self) -> bool:
        asked = ("-h", "127.0.0.1", "-p", str(self._port), "-U", "sky")
        command = [str(self._binaries / "pg_isready"), *asked]
        return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **_USER)


def _send(which: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        # A worker may have ended since it was listed.
        with suppress(ProcessLookupError):
            os.kill(pid, which)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Skips the test on machines without one."""
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="sky-pg-") as outer:
        folder = Path(outer, "data")
        folder.mkdir()
        if _USER:
            Path(outer).chmod(0o755)
            shutil.chown(folder, "postgres")
        server = Postgres(folder, binaries)
        server.initialize()
        server.start()
        try:
            yield server
        finally:
            server.stop()
