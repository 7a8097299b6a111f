from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from websockets.exceptions import WebSocketException

from cameras.errors import reason_of
from streaming.demo.device import Device, Lost, Refused, Signaling, signaling
from streaming.demo.scene import LIGHTS, Light, Scene
from streaming.domain import wire
from streaming.domain.backoff import Backoff
from streaming.domain.clock import OffsetEstimator, Sample
from streaming.domain.codecs.jpeg import JPEG
from streaming.domain.pauses import pause_s
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

_BEAT_S = 0.5
#: While nobody wants more.
STILL_EVERY_S = 1.0
#: No pong for so long: the server is gone.
_LOST_AFTER_S = 2.0
#: By the delivery that the camera is set to.
_RELIABILITY: dict[str, dict[str, int]] = {
    "realtime": {"max_retransmits": 0},
    "resilient": {"lifetime_ms": 300},
}


@dataclass(frozen=True, slots=True)
class Session:
    number: int
    resume: str


class DemoCamera:
    """Publishes a moving picture to one camera, and comes back after every break."""

    def __init__(self, url: str, slug: str, key: str, light: Light = LIGHTS["dusk"]) -> None:
        """`url` is the server's, such as http://127.0.0.1:8000."""
        self._url = url
        self._slug = slug
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
                await asyncio.create_task(self._publish(), name="demo camera")
            except* (OSError, WebSocketException, Refused, Lost) as group:
                for error in group.exceptions:
                    logger.info("demo camera: %s", reason_of(error))
            # An error at the same moment stands in for the cancellation that ends this camera.
            raise_if_cancelled()
            await asyncio.sleep(self._backoff.next_s())

    async def _publish(self) -> None:
        async with signaling(self._url, self._slug) as server:
            await server.say("authenticate", key=self._key)
            welcome = await server.hear("welcome")
            control = Control()
            device = Device(
                control.hear,
                ice_servers=welcome["ice_servers"],
                **_RELIABILITY[welcome["camera"]["delivery"]],
            )
            try:
                await self._stream(server, device, control, welcome["camera"])
            except asyncio.CancelledError:
                # Only then: whoever lost the server comes back to the same session.
                with contextlib.suppress(WebSocketException):
                    await server.say("bye")
                raise
            finally:
                await device.close()

    async def _stream(
        self, server: Signaling, device: Device, control: Control, camera: dict[str, Any]
    ) -> None:
        # Whoever else holds the demo camera is a copy of this process that is going.
        answer = await server.negotiate(device, self.session.resume if self.session else None)
        if not answer["resumed"]:
            self._sequence = 0
        self.session = Session(answer["session"], answer["resume"])
        self._backoff.reset()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(control.beat(device), name="beats")
            tasks.create_task(self._send_frames(device, control, camera), name="frames")
            tasks.create_task(server.until_ended(), name="end")

    async def _send_frames(self, device: Device, control: Control, camera: dict[str, Any]) -> None:
        width, height = camera["width"], camera["height"]
        scene = await asyncio.to_thread(Scene, width, height, self._light)
        period_s = 1 / camera["frame_rate"]
        picture = b""
        due_s = time.monotonic()
        while True:
            due_s = await control.next_picture(due_s, period_s)
            if not device.has_room(len(picture) or MAX_BROWSER_MESSAGE_BYTES):
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
            if device.frames.readyState == "open":
                device.frames.send(message)


class Control:
    """What the server says on the control channel: its time, that it lives, and what is wanted."""

    def __init__(self) -> None:
        self._estimator = OffsetEstimator()
        self._heard_s = time.monotonic()
        #: Whether somebody wants more than stills.
        self.wants_jpeg = asyncio.Event()

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

    async def beat(self, device: Device) -> None:
        """Ping twice a second. Raises Lost when no pong comes."""
        self._heard_s = time.monotonic()
        while time.monotonic() - self._heard_s < _LOST_AFTER_S:
            if device.is_closed:
                raise Lost("the server closed the connection")
            if not device.say("ping", time=_now_ms()):
                # Still connecting: how long that may take is up to the server, which says when.
                self._heard_s = time.monotonic()
            began_s = time.monotonic()
            await asyncio.sleep(_BEAT_S)
            self._heard_s += pause_s(began_s, _BEAT_S, time.monotonic())
        raise Lost("the server is silent")

    def hear(self, text: str) -> None:
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
