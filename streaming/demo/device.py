"""What a page that films is to the server, by aiortc: for the demo camera, tests and benchmarks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect

from streaming.domain.tally import Tally
from streaming.publish.webrtc import guard

_CLOSE_S = 2.0
#: As a browser gates: what is not sent yet makes way for a newer picture.
_MAX_BUFFERED_FRAMES = 2


class Refused(Exception):
    """The server answered with an error."""


class Lost(Exception):
    """The server is not heard any more, or has ended the session."""


class Device:
    """The WebRTC end: two data channels, made before the offer."""

    def __init__(
        self,
        on_control: Callable[[str], object],
        *,
        ice_servers: Sequence[Mapping[str, Any]] = (),
        max_retransmits: int | None = None,
        lifetime_ms: int | None = None,
    ) -> None:
        """With neither of the last two, frames are sent again until they arrive."""
        servers = [RTCIceServer(**server) for server in ice_servers]
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self.frames = self.connection.createDataChannel(
            "frames", ordered=False, maxRetransmits=max_retransmits, maxPacketLifeTime=lifetime_ms
        )
        self.control = self.connection.createDataChannel("control")
        self.control.on("message", on_control)
        # A machine without a network has itself.
        guard.protect(self.connection, Tally())
        self._opened = [asyncio.Event(), asyncio.Event()]
        for channel, opened in zip((self.frames, self.control), self._opened, strict=True):
            channel.on("open", opened.set)

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        sdp: str = self.connection.localDescription.sdp
        return sdp

    async def accept(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def opened(self) -> None:
        for event in self._opened:
            await event.wait()

    def has_room(self, frame_bytes: int) -> bool:
        """Whether a frame of about this size goes out now: the channel is open, and not full."""
        waiting = self.frames.bufferedAmount
        return self.frames.readyState == "open" and waiting <= _MAX_BUFFERED_FRAMES * frame_bytes

    @property
    def is_closed(self) -> bool:
        """Whether the other end has closed it, or it failed: it doesn't open again."""
        return self.control.readyState in {"closing", "closed"}

    def say(self, kind: str, **fields: Any) -> bool:
        """On the control channel. Whether it is open yet, or still."""
        is_open: bool = self.control.readyState == "open"
        if is_open:
            self.control.send(json.dumps({"type": kind, **fields}))
        return is_open

    async def close(self) -> None:
        """Waits for a server that may have forgotten this connection, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self.connection.close()


class Signaling:
    """The publish socket of one camera."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def say(self, kind: str, **fields: Any) -> None:
        await self._socket.send(json.dumps({"type": kind, **fields}))

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message, which must be of this type. Raises Refused with what was said."""
        message: dict[str, Any] = json.loads(await self._socket.recv())
        if message["type"] != kind:
            raise Refused(message.get("message", message["type"]))
        return message

    async def negotiate(self, device: Device, resume: str | None = None) -> dict[str, Any]:
        """The server's answer, which the device has accepted; takes over from whoever publishes.

        Raises Refused.
        """
        await self.say("offer", sdp=await device.offer(), resume=resume, take_over=True)
        answer = await self.hear("answer")
        await device.accept(answer["sdp"])
        return answer

    async def until_ended(self) -> None:
        """Raises Lost with the server's sentence, or what the broken socket raises."""
        async for text in self._socket:
            raise Lost(json.loads(text).get("message", "ended"))
        raise Lost("the socket was closed")


@asynccontextmanager
async def signaling(url: str, slug: str) -> AsyncIterator[Signaling]:
    """`url` is the server's, such as http://127.0.0.1:8000."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    address = urlunsplit((scheme, parts.netloc, f"/ws/publish/{slug}/", "", ""))
    origin: Any = f"{parts.scheme}://{parts.netloc}"
    async with connect(address, origin=origin, proxy=None) as socket:
        yield Signaling(socket)
