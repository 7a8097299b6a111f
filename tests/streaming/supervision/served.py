"""A real `manage.py serve` for tests."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import termios
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from websockets.sync import client

from tests.migrated import put_database
from tests.processes import PATIENCE_S, alive, children, free_port, kill, wait_until

ROOT = Path(__file__).parents[3]
#: Of several processes, each of which takes a second on an idle machine.
START_S = 2 * PATIENCE_S
# Promised: 5 s after Ctrl-C or SIGTERM, 3 s after a SIGKILL.
STOP_S = 15.0
LOST_S = 9.0
# On a busy machine each process takes some seconds to start.
RENEWAL_S = 120.0
RENEWED = "processes were renewed"

connect = partial(client.connect, open_timeout=PATIENCE_S)


def trusting(authority: Path) -> ssl.SSLContext:
    """A client's, who trusts this authority and nobody else."""
    context = ssl.create_default_context(cafile=authority)
    # `connect` reads in one thread and writes in another, which a connection of TLS 1.3 may not
    # survive before Python 3.13: what follows its handshake is read while the request is written.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


class Serve:
    """A `manage.py serve`, and all it started."""

    #: What it said by the time it was ready.
    welcome = ""

    def __init__(
        self,
        var: Path,
        temporary: Path,
        *options: str,
        root: Path = ROOT,
        terminal: int | None = None,
        is_first: bool = False,
        **environ: str,
    ) -> None:
        """`is_first`: it makes its database by itself."""
        if not is_first and root == ROOT and "DATABASE_URL" not in environ:
            put_database(var)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.var = var
        self._temporary = temporary
        self._output = temporary.with_suffix(".log")
        self._known: dict[int, str] = {}
        given = {k: v for k, v in os.environ.items() if k not in ("REDIS_URL", "ALLOWED_HOSTS")}
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "manage.py", "serve", "--links"),
                    *("--port", str(self.port), *options),
                ],
                env={
                    **given,
                    "SKYSENTRY_VAR_DIR": str(var),
                    "TMPDIR": str(temporary),
                    # Each takes its second of CPU to start; tests of IP cameras ask for one.
                    "SKYSENTRY_PULL": "0",
                    **environ,
                },
                cwd=root,
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                preexec_fn=None if terminal is None else partial(_make_controlling, terminal),
                start_new_session=terminal is not None,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def look(self) -> None:
        """Notes which processes it has: later they may have no parent to be found by."""
        self._known |= children(self.process.pid)

    def pids(self, word: str) -> list[int]:
        self.look()
        found = [pid for pid, line in self._known.items() if re.search(rf"\b{word}\b", line)]
        running = alive(found)
        return [pid for pid in found if pid in running]

    def left_behind(self) -> list[object]:
        lines = [self._known[pid] for pid in alive(self._known)]
        return [*lines, *self._temporary.iterdir()]

    def get(self, path: str = "/", **headers: str) -> str:
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            text: str = response.read().decode()
            return text

    def renew(self) -> None:
        """SIGHUP, and all that it brings about."""
        before = self.output.count(RENEWED)
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.output.count(RENEWED) > before, RENEWAL_S)

    def end(self) -> None:
        """However the test went, nothing of it lives on."""
        self.look()
        kill(self.process.pid, *self._known)
        self.process.wait(PATIENCE_S)


def _make_controlling(terminal: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


#: Takes the options and the environment of `serve`.
Start = Callable[..., Serve]


def ready(serve: Serve) -> Serve:
    wait_until(
        lambda: "Stop with Ctrl-C" in serve.output or serve.process.poll() is not None, START_S
    )
    assert serve.process.poll() is None, serve.output
    serve.welcome = serve.output
    serve.look()
    return serve


def refusal(serve: Serve) -> str:
    """What it says when it ends with an error: one line."""
    assert serve.process.wait(START_S) == 1
    assert serve.left_behind() == []
    (line,) = serve.output.splitlines()
    return line


@contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Starts one `serve` or several with this folder, and ends them."""
    with ExitStack() as stack:

        def start(*options: str, **others: Any) -> Serve:
            # Not in `folder`: the path of a Unix socket may have about a hundred characters.
            outer = stack.enter_context(tempfile.TemporaryDirectory(prefix="serve-"))
            temporary = Path(outer, "tmp")
            temporary.mkdir()
            serve = Serve(folder, temporary, *options, **others)
            stack.callback(serve.end)
            return serve

        yield start
