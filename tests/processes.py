"""What tests with real processes ask and wait for."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from typing import IO, AnyStr

#: What a machine that is busy otherwise may take for what an idle one does at once.
PATIENCE_S = 30.0


def is_alive(pid: int) -> bool:
    """A process that has ended and is not yet reaped is not alive."""
    listing = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], stdout=subprocess.PIPE)
    return bool(listing.stdout) and not listing.stdout.startswith(b"Z")


def children(pid: int) -> dict[int, str]:
    """The running descendants of a process and their command lines."""
    listing = subprocess.run(
        ["ps", "-axwwo", "pid=,ppid=,args="], check=True, text=True, stdout=subprocess.PIPE
    ).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    found: dict[int, str] = {}
    parents = {pid}
    while parents:
        below = {int(row[0]): row[2] for row in rows if int(row[1]) in parents and len(row) > 2}
        parents = below.keys() - found.keys()
        found |= below
    return found


def kill(*pids: int) -> None:
    """All at once, as far as one can: none of them sees the others go."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def wait_until(condition: Callable[[], object], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.02)


def standard(stream: IO[AnyStr] | None) -> IO[AnyStr]:
    """A standard stream of a process that was started with a pipe there."""
    assert stream is not None
    return stream


def free_port() -> int:
    """Of those that the system gives to nobody by itself: else it may have gone when it is used."""
    while True:
        # By the system's own chance: tests that run side by side begin with the same seed.
        port = random.SystemRandom().randrange(15_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
