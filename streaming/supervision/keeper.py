"""Owns the embedded Valkey: `python -I -S keeper.py <valkey-server> <directory>`.

A server outlives the SIGKILL of its parent; this watcher does not let it. End of file on its
standard input, or SIGTERM, ends the server and removes the directory. It writes the line `ready`
when the server first answers, then an empty line each time it answers again. When the server
ends, or answers no longer, it exits with 1: started again, it serves on the same socket.

Only the standard library, in a process of its own: little can go wrong with it.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Never

SOCKET = "redis.sock"
LOG = "valkey.log"

STDIN, STDOUT = 0, 1
ASK_EVERY_S = 0.5
# A server that hangs answers nobody. Four seconds are far beyond its slowest command here, and
# its clients are live again a few seconds after it froze.
SILENCE_S = 4.0
# A wait that is longer than meant by so much is a pause of the keeper's own.
PAUSE_S = 1.0
START_S = 10.0
END_S = 1.0
# The newest pictures of two hundred cameras, were each of the largest size; they are a tenth of
# that. A full server refuses writes and says so, which is better than a machine without memory.
MAX_MEMORY = "256mb"


def main(binary: str, directory: Path) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        with serving(binary, directory) as server:
            watch(server, directory / SOCKET)
    except OSError as failure:
        print(f"{failure}. {last_words(directory / LOG)}", file=sys.stderr)
        return 1
    except SystemExit:
        shutil.rmtree(directory)
        return 0


@contextlib.contextmanager
def serving(binary: str, directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    server = subprocess.Popen(
        [binary, *options(directory)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dying_with_parent(),
    )
    try:
        yield server
    finally:
        # A second SIGTERM must not keep us from ending the server.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end(server)


def options(directory: Path) -> list[str]:
    values = {
        "port": "0",
        "unixsocket": str(directory / SOCKET),
        "unixsocketperm": "700",
        "dir": str(directory),
        "save": "",
        "appendonly": "no",
        "maxmemory": MAX_MEMORY,
        "maxmemory-policy": "noeviction",
        "logfile": str(directory / LOG),
        "loglevel": "warning",
    }
    return [word for name, value in values.items() for word in (f"--{name}", value)]


def dying_with_parent() -> Callable[[], None] | None:
    """Where the kernel offers it, the server ends even when the keeper itself is killed."""
    if sys.platform != "linux":
        return None
    import ctypes

    prctl, set_death_signal = ctypes.CDLL(None).prctl, 1
    return lambda: prctl(set_death_signal, signal.SIGKILL)


def watch(server: subprocess.Popen[bytes], path: Path) -> Never:
    """Raises SystemExit when the server is no longer wanted, OSError when it failed."""
    with connected(server, path) as connection:
        word = "ready"
        asked = 0.0
        answered = time.monotonic()
        while (now := time.monotonic()) - answered < SILENCE_S:
            if now - asked >= ASK_EVERY_S:
                connection.send(b"PING\r\n")
                asked = now
            if wait(connection.fileno(), for_s=ASK_EVERY_S):
                if not connection.recv(1024):
                    raise ConnectionError("valkey-server ended")
                answered = time.monotonic()
                say(word)
                word = ""
            else:
                # A pause of its own, as when the machine slept, is no silence of the server's.
                pause = time.monotonic() - now - ASK_EVERY_S
                answered += pause if pause >= PAUSE_S else 0.0
    raise TimeoutError(f"valkey-server did not answer for {SILENCE_S:.0f} s")


def connected(server: subprocess.Popen[bytes], path: Path) -> socket.socket:
    deadline = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            wait(for_s=0.01)
    raise ConnectionError("valkey-server did not start")


def wait(*files: int, for_s: float) -> list[int]:
    """Those of `files` that can be read. Raises SystemExit at end of file on standard input."""
    readable, _, _ = select.select((STDIN, *files), (), (), for_s)
    if STDIN in readable and not read_stdin():
        sys.exit()
    return [file for file in readable if file != STDIN]


def read_stdin() -> bytes:
    try:
        return os.read(STDIN, 1024)
    except ConnectionResetError:
        # What a socket gives whose other end was closed before it had read everything.
        return b""


def say(line: str) -> None:
    # Never waits for a reader: end of file would then go unnoticed.
    if select.select((), (STDOUT,), (), 0)[1]:
        with contextlib.suppress(BrokenPipeError):
            os.write(STDOUT, f"{line}\n".encode())


def end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(END_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-500:].strip() if log.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
