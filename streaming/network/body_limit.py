from __future__ import annotations

import asyncio
import contextlib
import json
from http import HTTPStatus
from typing import Any

from streaming.domain.limits import Limit
from streaming.refusals import Refusals

#: For a client that sends on to read that it was refused; a close would cost it the answer.
LINGER_S = 2.0


class BodyLimit:
    """Refuses (413) a request whose body is too large: by its length at once, or by its bytes.

    Before the application, which would write it to a file whole.
    """

    def __init__(self, application: Any, max_bytes: int, refusals: Refusals) -> None:
        self._application = application
        self._max_bytes = max_bytes
        self._refusals = refusals

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        if (length := headers.get(b"content-length", b"")).isdigit():
            # The server sees to it that a body is as long as this says.
            if int(length) > self._max_bytes:
                await self._refuse(scope, receive, send)
                return
        elif b"transfer-encoding" in headers:
            await self._count(scope, receive, send)
            return
        await self._application(scope, receive, send)

    async def _count(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = _Body(receive, send, self._max_bytes)
        await self._application(scope, body.receive, body.send)
        if body.is_too_large and not body.is_answered:
            await self._refuse(scope, receive, send)

    async def _refuse(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self._refusals.count(Limit.BODY_BYTES, (scope.get("client") or ("",))[0])
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        problem = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": f"The body is larger than {self._max_bytes} bytes.",
            "instance": scope["path"],
        }
        body = json.dumps(problem).encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": status.value, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while (await receive()).get("more_body"):
                    pass
        await send({"type": "http.response.body", "body": b""})


class _Body:
    """What an application gets of a body: no byte beyond the limit, after which its answer goes
    nowhere."""

    def __init__(self, receive: Any, send: Any, max_bytes: int) -> None:
        self._receive = receive
        self._send = send
        self._left = max_bytes
        self.is_too_large = False
        self.is_answered = False

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_too_large = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: dict[str, Any]) -> None:
        if self.is_too_large and not self.is_answered:
            return
        self.is_answered = True
        await self._send(message)
