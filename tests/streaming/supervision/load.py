"""Visitors of a server that do not stop."""

from __future__ import annotations

import http.client
import threading
from types import TracebackType

from tests.processes import PATIENCE_S


class Load:
    """Requests without pause, from threads that keep their connection and threads that do not."""

    def __init__(self, port: int, threads: int = 2) -> None:
        self.failures: list[object] = []
        self._port = port
        #: Of those that were answered.
        self.requests = 0
        self._counting = threading.Lock()
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._visit, args=[is_kept])
            for is_kept in (True, False)
            for _ in range(threads)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _visit(self, is_kept: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        is_used = False
        while not self._over.is_set():
            try:
                connection.request("GET", "/healthz")
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as error:
                # A kept connection may end while nothing is under way; every browser asks again.
                if not (is_used and isinstance(error, ConnectionError)):
                    self.failures.append(error)
                connection.close()
                is_used = False
            else:
                with self._counting:
                    self.requests += 1
                if response.status != http.HTTPStatus.OK:
                    self.failures.append(response.status)
                is_used = is_kept
                if not is_kept:
                    connection.close()
        connection.close()
