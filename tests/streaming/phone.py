from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.streaming.frames import frame
from tests.streaming.publish.webrtc.session import Camera
from tests.streaming.sockets import Socket
from tests.streaming.waiting import WITHIN_S


class Phone:
    """A camera as a page is one: a publish socket, and a peer with its two channels."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.camera = Camera()
        #: Of the answer.
        self.session = 0
        self.resume = ""
        self.sequence = 0

    async def authenticate(self, key: str | None = None) -> dict[str, Any]:
        await self.socket.say("authenticate", key=key)
        return await self.socket.hear("welcome")

    async def offer(self, **fields: Any) -> None:
        await self.socket.say("offer", sdp=await self.camera.offer(), **fields)

    async def connect(self) -> dict[str, Any]:
        """Takes the answer, which is given back, and waits for open channels."""
        answer = await self.socket.hear("answer")
        self.session, self.resume = answer["session"], answer["resume"]
        await self.camera.accept(answer["sdp"])
        async with asyncio.timeout(WITHIN_S):
            await self.camera.opened()
        return answer

    def film(self) -> tuple[int, int]:
        """Sends a frame; its place in the order."""
        self.sequence += 1
        self.camera.frames.send(frame(self.session, self.sequence))
        return self.session, self.sequence

    def beat(self, paused: str | None = None) -> None:
        self.camera.control.send(
            json.dumps({"type": "ping", "time": time.monotonic() * 1000, "paused": paused})
        )

    async def told(self, kind: str) -> dict[str, Any]:
        """The next message of this type on the control channel."""
        return await self.camera.told(kind)

    async def ended(self) -> str:
        """Why the session is over, as the socket says before it closes."""
        [*_, ended] = await self.socket.hear_until(lambda said: said["type"] == "ended")
        assert await self.socket.close_code() == 1000
        reason: str = ended["reason"]
        return reason

    async def close(self) -> None:
        await self.camera.connection.close()
