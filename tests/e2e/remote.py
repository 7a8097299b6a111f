"""A browser led from afar, where Playwright would lead it differently: over its own WebSocket.

The DevTools protocol of Chromium and WebDriver BiDi of Firefox write commands and answers alike.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.e2e.recording import Page
from tests.processes import PATIENCE_S

_START_TIMEOUT_S = 2 * PATIENCE_S
_ANSWER_TIMEOUT_S = PATIENCE_S
_POLL_S = 0.05


class RemoteError(Exception):
    """The browser refused a command, or a script in it failed."""


class Remote:
    """Commands to a browser, and their answers."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def command(self, method: str, /, **params: Any) -> Any:
        return await self.send({"method": method, "params": params})

    async def send(self, message: dict[str, Any]) -> Any:
        """The result of a command. Raises RemoteError."""
        number = next(self._numbers)
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, **message}))
        answer = await asyncio.wait_for(waiting, _ANSWER_TIMEOUT_S)
        if "result" not in answer:
            raise RemoteError(f"{message['method']}: {answer}")
        return answer["result"]

    async def listen(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if waiting := self._answers.pop(message.get("id"), None):
                waiting.set_result(message)


@contextmanager
def launched(command: Sequence[str | Path], address_file: Path) -> Iterator[str]:
    """Run a browser; gives the text of the file in which it says where it listens."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not (address_file.exists() and address_file.read_text()):
            assert time.monotonic() < deadline, f"{command[0]} did not come up"
            time.sleep(_POLL_S)
        yield address_file.read_text()
    finally:
        process.terminate()
        process.wait()


@asynccontextmanager
async def remote(url: str) -> AsyncIterator[Remote]:
    # Firefox answers no pings.
    async with connect(url, max_size=None, ping_interval=None) as socket:
        remote = Remote(socket)
        listening = asyncio.create_task(remote.listen())
        try:
            yield remote
        finally:
            listening.cancel()


async def until(page: Page, condition: str, within_s: float = 15.0) -> float:
    """Wait for a JavaScript function to return true; gives how long it took.

    Raises TimeoutError when it does not within `within_s`.
    """
    began = time.monotonic()
    while not await page.evaluate(condition):
        if time.monotonic() - began > within_s:
            raise TimeoutError(f"not within {within_s} s: {condition}")
        await asyncio.sleep(_POLL_S)
    return time.monotonic() - began
