"""Cameras as pages are to the server, by aiortc: 30 frames a second of one size each.

    cameras URL FRAME_BYTES SLUG=KEY ...

Says `ready` when frames come from all. Then `measure S` on standard input is answered by the frames
per second that the server says it received of each in S seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from itertools import count
from typing import Any

import uvloop
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.load import frames

_BEAT_S = 0.5
#: As a page gates: what is not sent yet makes way for a newer picture.
_MAX_BUFFERED_FRAMES = 2
_READY_S = 20.0


class Camera:
    def __init__(self, url: str, slug: str, key: str, frame_bytes: int) -> None:
        self._url = f"{url.replace('http', 'ws', 1)}/ws/publish/{slug}/"
        self._origin: Any = url
        self._key = key
        self._picture = frames.picture(frame_bytes)
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._frames = self._connection.createDataChannel(
            "frames", ordered=False, maxPacketLifeTime=300
        )
        self._control = self._connection.createDataChannel("control")
        self._control.on("message", self._hear)
        #: When the server said how many frames it had received.
        self._received: list[tuple[float, int]] = []
        self.arriving = asyncio.Event()

    async def run(self) -> None:
        async with connect(self._url, origin=self._origin, proxy=None) as socket:
            session = await self._negotiate(socket)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send(session))
                tasks.create_task(self._beat())
                tasks.create_task(_until_ended(socket))

    def fps(self, since_s: float) -> float:
        told = [each for each in self._received if each[0] >= since_s]
        if len(told) < 2:
            return 0.0
        (first_s, first), (last_s, last) = told[0], told[-1]
        return (last - first) / (last_s - first_s)

    async def _negotiate(self, socket: ClientConnection) -> int:
        """The session's number."""
        await socket.send(json.dumps({"type": "authenticate", "key": self._key}))
        await _hear(socket, "welcome")
        await self._connection.setLocalDescription(await self._connection.createOffer())
        sdp = self._connection.localDescription.sdp
        offer = {"type": "offer", "sdp": sdp, "resume": None, "take_over": True}
        await socket.send(json.dumps(offer))
        answer = await _hear(socket, "answer")
        await self._connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        session: int = answer["session"]
        return session

    async def _send(self, session: int) -> None:
        due_s = time.monotonic()
        most_buffered = _MAX_BUFFERED_FRAMES * len(self._picture)
        for sequence in count(1):
            due_s = max(due_s + 1 / frames.FPS, time.monotonic())
            await asyncio.sleep(due_s - time.monotonic())
            if self._frames.readyState == "open" and self._frames.bufferedAmount < most_buffered:
                self._frames.send(frames.frame(self._picture, session, sequence))

    async def _beat(self) -> None:
        while True:
            if self._control.readyState == "open":
                self._control.send(json.dumps({"type": "ping", "time": time.monotonic() * 1000}))
            await asyncio.sleep(_BEAT_S)

    def _hear(self, text: str) -> None:
        message = json.loads(text)
        if message["type"] == "received" and message["frames"]:
            self._received.append((time.monotonic(), message["frames"]))
            self.arriving.set()


async def _hear(socket: ClientConnection, kind: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await socket.recv())
    if message["type"] != kind:
        raise SystemExit(f"Not {kind}, but: {message}")
    return message


async def _until_ended(socket: ClientConnection) -> None:
    async for text in socket:
        raise SystemExit(f"The server ended a session: {text!r}")
    raise SystemExit("The server closed a socket.")


async def _answer(cameras: list[Camera]) -> None:
    async with asyncio.timeout(_READY_S):
        for camera in cameras:
            await camera.arriving.wait()
    print("ready", flush=True)
    while command := await asyncio.to_thread(sys.stdin.readline):
        since_s = time.monotonic()
        await asyncio.sleep(float(command.removeprefix("measure ")))
        print(json.dumps([camera.fps(since_s) for camera in cameras]), flush=True)
    # Its parent has what it wanted.
    os._exit(0)


async def _main(url: str, frame_bytes: str, *keys: str) -> None:
    pairs = (each.split("=") for each in keys)
    cameras = [Camera(url, slug, key, int(frame_bytes)) for slug, key in pairs]
    async with asyncio.TaskGroup() as tasks:
        for camera in cameras:
            tasks.create_task(camera.run())
        tasks.create_task(_answer(cameras))


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as _runner:
        _runner.run(_main(*sys.argv[1:]))
