"""What tests with real processes ask and wait for."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from typing import IO, AnyStr

#: What a machine that is busy otherwise may take for what an idle one does at once.
PATIENCE_S = 30.0


#: As each look at all processes costs some ms.
_POLL_S = 0.05


def is_alive(pid: int) -> bool:
    return bool(alive([pid]))


def alive(pids: Iterable[int]) -> set[int]:
    """Those that run: one that has ended and is not yet reaped does not."""
    if not (listed := ",".join(map(str, pids))):
        return set()
    command = ["ps", "-o", "pid=,stat=", "-p", listed]
    listing = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
    rows = [line.split() for line in listing.splitlines()]
    return {int(pid) for pid, state in rows if not state.startswith("Z")}


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
        time.sleep(_POLL_S)


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
