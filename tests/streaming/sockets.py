from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

from channels.testing import WebsocketCommunicator
from django.conf import settings

from tests.streaming.waiting import WITHIN_S

ORIGIN = b"http://testserver"


class Socket(WebsocketCommunicator):
    """A client's end of a WebSocket; the server may be `ahead` of what it reads, or any number."""

    def __init__(
        self,
        application: Any,
        path: str,
        cookie: str = "",
        ahead: int = 0,
        more_headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        headers = [
            *more_headers,
            (b"host", b"testserver"),
            (b"origin", ORIGIN),
            (b"user-agent", b"Mozilla/5.0"),
        ]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        super().__init__(application, path, headers)
        self._output_queue = asyncio.Queue(ahead)
        self.scope["client"] = ("192.0.2.7", 4711)

    async def say(self, kind: str, **fields: Any) -> None:
        await self.send_json_to({"type": kind, **fields})

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next thing the server says, which is JSON of this type."""
        message: dict[str, Any] = await self.receive_json_from(WITHIN_S)
        assert message.pop("type") == kind, message
        return message

    async def hear_until(
        self, wanted: Callable[[Any], object], within_s: float = WITHIN_S
    ) -> list[Any]:
        """All that the server says up to what is wanted: JSON as an object, frames as bytes."""
        heard: list[Any] = []
        async with asyncio.timeout(within_s):
            while not heard or not wanted(heard[-1]):
                said = await self.receive_from(within_s)
                heard.append(said if isinstance(said, bytes) else json.loads(said))
        return heard

    async def heard(self) -> list[Any]:
        """What the server has said up to now: JSON as an object, frames as bytes."""
        heard: list[Any] = []
        while not self.output_queue.empty():
            said = await self.receive_from(WITHIN_S)
            heard.append(said if isinstance(said, bytes) else json.loads(said))
        return heard

    async def close_code(self) -> int:
        """Of the close that comes next."""
        message = await self.receive_output(WITHIN_S)
        assert message["type"] == "websocket.close", message
        code: int = message.get("code", 1000)
        return code

    async def is_refused(self, code: str) -> dict[str, Any]:
        """What stands in the error that comes next, which has this code."""
        error = await self.hear("error")
        assert error["code"] == code
        assert error["message"]
        return error
