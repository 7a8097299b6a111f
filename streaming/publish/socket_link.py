from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from streaming.protocol.publish import Taken
from streaming.publish.intake import Intake
from streaming.tasks import connection_task, stop

#: Control messages that wait for a camera which does not read: some seconds of them.
MAX_WAITING = 32


class SocketLink:
    """A publish socket as what frames come in on, where WebRTC cannot connect."""

    is_open = True

    def __init__(self, intake: Intake, send: Callable[[str], Awaitable[None]]) -> None:
        self.intake: Intake | None = intake
        self._send = send
        self._taken = 0
        self._waiting: deque[str] = deque(maxlen=MAX_WAITING)
        self._wake = asyncio.Event()
        self._sending = connection_task(f"{intake.label}: control messages", self._send_waiting())

    async def opened(self) -> None:
        """It is, as long as the socket."""

    def take(self, data: bytes) -> None:
        """Hand a frame on, and tell the camera, which sends no more than gets through in time."""
        if self.intake is None:
            return
        self._taken += 1
        self.intake.frame(data)
        self.send_control(Taken(self._taken).text())

    def send_control(self, text: str) -> None:
        self._waiting.append(text)
        self._wake.set()

    def detach(self) -> None:
        self.intake = None

    async def close(self) -> None:
        await stop(self._sending)

    async def _send_waiting(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._send(self._waiting.popleft())
