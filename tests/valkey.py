from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from streaming.backplane.connection import connect_sync
from streaming.supervision import embedded


class Valkey:
    """The server that `serve` brings along, which a test may stop, freeze and start again."""

    def __init__(self, directory: Path, env: Mapping[str, str] | None = None) -> None:
        self._directory = directory
        self._env = {**os.environ, **(env or {})}
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers; does nothing while it runs."""
        if self._keeper is not None and self._keeper.poll() is None:
            return
        self._directory.mkdir(exist_ok=True)
        spec = embedded.spec(self._directory)
        self._keeper = subprocess.Popen(
            spec.argv,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == b"ready\n"

    def stop(self) -> None:
        if self._keeper is not None:
            # End of file is what ends a keeper.
            self._keeper.communicate()
            self._keeper = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def flush(self) -> None:
        with connect_sync() as client:
            client.flushall()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and answers nobody."""
        with connect_sync() as client:
            pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            # Its keeper ends a server that was silent for 4 s.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
