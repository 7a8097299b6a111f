from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_START_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 15.0


class System:
    """A real `manage.py serve` on a free port, with a folder of its own."""

    def __init__(self, var: Path, server: str = "uvicorn", *options: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        #: Of the owner, once signed in.
        self.cookies: list[Any] = []
        self._output = var / "serve.log"
        self._env = {**os.environ, "SKYSENTRY_VAR_DIR": str(var)}
        self._env.pop("REDIS_URL", None)
        self._command = [
            *(sys.executable, "manage.py", "serve", "--no-demo", "--port", str(self.port)),
            *("--server", server, *options),
        ]

    def __enter__(self) -> System:
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._wait_for("Ctrl-C")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def sign_in_link(self) -> str:
        """The owner's, as printed. It works once."""
        found = re.search(r"http://\S+/sign-in/link/\S+", self.output)
        assert found
        return found[0]

    def pids(self, role: str) -> list[int]:
        """The processes below `serve` whose command line has this word."""
        listing = subprocess.run(
            ["ps", "-axwwo", "pid=,ppid=,args="], check=True, text=True, stdout=subprocess.PIPE
        ).stdout
        rows = [line.split(None, 2) for line in listing.splitlines()]
        family = {self._process.pid}
        for _generation in range(3):
            family |= {int(pid) for pid, parent, _ in rows if int(parent) in family}
        return [
            int(pid)
            for pid, _, command in rows
            if int(pid) in family and re.search(rf"\b{role}\b", command)
        ]

    def kill(self, role: str) -> None:
        """SIGKILL every process of a role."""
        for pid in self.pids(role):
            os.kill(pid, signal.SIGKILL)

    def _wait_for(self, text: str) -> None:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while text not in self.output:
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise AssertionError(f"serve did not come up:\n{self.output}")
            time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
