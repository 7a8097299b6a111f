from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from streaming.demo.scene import LIGHTS, Light, Scene
from streaming.domain import wire
from streaming.domain.backoff import Backoff
from streaming.domain.clock import OffsetEstimator, Sample
from streaming.domain.codecs.jpeg import JPEG
from streaming.domain.tally import Tally
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.publish.webrtc import guard
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

_BEAT_S = 0.5
#: While nobody wants more.
STILL_EVERY_S = 1.0
#: No pong for so long: the server is gone.
_LOST_AFTER_S = 2.0
_CLOSE_S = 2.0
#: As a browser gates: what is not sent yet makes way for a newer picture.
_MAX_BUFFERED_FRAMES = 2


class Refused(Exception):
    """The server answered with an error."""


class Lost(Exception):
    """The server is not heard any more, or has ended the session."""


@dataclass(frozen=True, slots=True)
class Session:
    number: int
    resume: str


class DemoCamera:
    """Publishes a moving picture to one camera, and comes back after every break."""

    def __init__(self, url: str, slug: str, key: str, light: Light = LIGHTS["dusk"]) -> None:
        """`url` is the server's, such as http://127.0.0.1:8000."""
        parts = urlsplit(url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._socket_url = urlunsplit((scheme, parts.netloc, f"/ws/publish/{slug}/", "", ""))
        self._key = key
        self._light = light
        #: What the server answered last.
        self.session: Session | None = None
        self._sequence = 0
        self._started_s = time.monotonic()
        self._backoff = Backoff()

    async def run(self) -> None:
        """Publish for ever."""
        while True:
            try:
                # A task of its own: Python 3.11's TaskGroup leaves its task marked as cancelled.
                await asyncio.create_task(self._publish())
            except* (OSError, WebSocketException, Refused, Lost) as group:
                for error in group.exceptions:
                    logger.info("demo camera: %r", error)
            # An error at the same moment stands in for the cancellation that ends this camera.
            raise_if_cancelled()
            await asyncio.sleep(self._backoff.next_s())

    async def _publish(self) -> None:
        async with connect(self._socket_url, origin=self._origin, proxy=None) as socket:  # type: ignore[arg-type]
            await _say(socket, "authenticate", key=self._key)
            welcome = await _hear(socket, "welcome")
            servers = [RTCIceServer(**server) for server in welcome["ice_servers"]]
            connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
            try:
                await self._stream(socket, connection, welcome["camera"])
            except asyncio.CancelledError:
                # Only then: whoever lost the server comes back to the same session.
                with contextlib.suppress(WebSocketException):
                    await _say(socket, "bye")
                raise
            finally:
                # It waits for a server that may have forgotten this connection.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_CLOSE_S):
                        await connection.close()

    async def _stream(
        self, socket: ClientConnection, connection: RTCPeerConnection, camera: dict[str, Any]
    ) -> None:
        realtime = camera["delivery"] == "realtime"
        frames = connection.createDataChannel(
            "frames",
            ordered=False,
            maxRetransmits=0 if realtime else None,
            maxPacketLifeTime=None if realtime else 300,
        )
        control = Control(connection.createDataChannel("control"))
        guard.protect(connection, Tally())
        await self._negotiate(socket, connection)
        self._backoff.reset()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(control.beat())
            tasks.create_task(self._send_frames(frames, control, camera))
            tasks.create_task(_until_ended(socket))

    async def _negotiate(self, socket: ClientConnection, connection: RTCPeerConnection) -> None:
        await connection.setLocalDescription(await connection.createOffer())
        await _say(
            socket,
            "offer",
            sdp=connection.localDescription.sdp,
            resume=self.session.resume if self.session else None,
            # Whoever else holds the demo camera is a copy of this process that is going.
            take_over=True,
        )
        answer = await _hear(socket, "answer")
        if not answer["resumed"]:
            self._sequence = 0
        self.session = Session(answer["session"], answer["resume"])
        await connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))

    async def _send_frames(
        self, channel: RTCDataChannel, control: Control, camera: dict[str, Any]
    ) -> None:
        width, height = camera["width"], camera["height"]
        scene = await asyncio.to_thread(Scene, width, height, self._light)
        period_s = 1 / camera["frame_rate"]
        largest = MAX_BROWSER_MESSAGE_BYTES
        due_s = time.monotonic()
        while True:
            due_s = await control.next_picture(due_s, period_s)
            if channel.readyState != "open" or channel.bufferedAmount > largest:
                continue
            captured_at = control.server_ms()
            self._sequence += 1
            picture = await asyncio.to_thread(
                scene.jpeg,
                time.monotonic() - self._started_s,
                self._sequence,
                datetime.now().astimezone(),
                camera["quality"],
            )
            largest = _MAX_BUFFERED_FRAMES * len(picture)
            message = wire.pack(
                rendition=(
                    wire.Rendition.JPEG if control.wants_jpeg.is_set() else wire.Rendition.STILL
                ),
                codec=JPEG,
                key=True,
                session=self.session.number if self.session else 0,
                sequence=self._sequence,
                captured_at=captured_at,
                width=width,
                height=height,
                payload=picture,
            )
            if channel.readyState == "open":
                channel.send(message)


class Control:
    """What the server says on the control channel: its time, that it lives, and what is wanted."""

    def __init__(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        self._estimator = OffsetEstimator()
        self._heard_s = time.monotonic()
        #: Whether somebody wants more than stills.
        self.wants_jpeg = asyncio.Event()
        channel.on("message", self._hear)

    async def next_picture(self, last_s: float, period_s: float) -> float:
        """Wait until the next picture is due, and give that time; a wish is met at once."""
        if not self.wants_jpeg.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STILL_EVERY_S):
                    await self.wants_jpeg.wait()
            return time.monotonic()
        due_s = max(last_s + period_s, time.monotonic())
        await asyncio.sleep(due_s - time.monotonic())
        return due_s

    def server_ms(self) -> float:
        offset = self._estimator.offset
        return _now_ms() + offset if offset is not None else time.time() * 1000

    async def beat(self) -> None:
        """Ping twice a second. Raises Lost when no pong comes."""
        self._heard_s = time.monotonic()
        while time.monotonic() - self._heard_s < _LOST_AFTER_S:
            if self._channel.readyState == "open":
                self._channel.send(json.dumps({"type": "ping", "time": _now_ms()}))
            else:
                # Still connecting: how long that may take is up to the server, which says when.
                self._heard_s = time.monotonic()
            await asyncio.sleep(_BEAT_S)
        raise Lost("the server is silent")

    def _hear(self, text: str) -> None:
        message = json.loads(text)
        if message["type"] == "pong":
            self._heard_s = time.monotonic()
            self._estimator.add(Sample(message["time"], message["server_time"], _now_ms()))
        elif message["type"] == "wanted" and message["jpeg"]:
            self.wants_jpeg.set()
        elif message["type"] == "wanted":
            self.wants_jpeg.clear()


def _now_ms() -> float:
    return time.monotonic() * 1000


async def _say(socket: ClientConnection, kind: str, **fields: Any) -> None:
    await socket.send(json.dumps({"type": kind, **fields}))


async def _hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next message, which must be of this type. Raises Refused with the server's sentence."""
    message: dict[str, Any] = json.loads(await socket.recv())
    if message["type"] != kind:
        raise Refused(message.get("message", message["type"]))
    return message


async def _until_ended(socket: ClientConnection) -> None:
    """Raises Lost with the server's sentence, or what the broken socket raises."""
    async for text in socket:
        raise Lost(json.loads(text).get("message", "ended"))
    raise Lost("the socket was closed")
