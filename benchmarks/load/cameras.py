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

import uvloop

from benchmarks.load import frames
from streaming.demo.device import Device, signaling

_BEAT_S = 0.5
_READY_S = 20.0


class Camera:
    def __init__(self, url: str, slug: str, key: str, frame_bytes: int) -> None:
        self._url, self._slug, self._key = url, slug, key
        self._picture = frames.picture(frame_bytes)
        self._device = Device(self._hear, lifetime_ms=300)
        #: When the server said how many frames it had received.
        self._received: list[tuple[float, int]] = []
        self.arriving = asyncio.Event()

    async def run(self) -> None:
        async with signaling(self._url, self._slug) as server:
            await server.say("authenticate", key=self._key)
            await server.hear("welcome")
            answer = await server.negotiate(self._device)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._send(answer["session"]))
                tasks.create_task(self._beat())
                tasks.create_task(server.until_ended())

    def fps(self, since_s: float) -> float:
        reports = [each for each in self._received if each[0] >= since_s]
        if len(reports) < 2:
            return 0.0
        (first_s, first), (last_s, last) = reports[0], reports[-1]
        return (last - first) / (last_s - first_s)

    async def _send(self, session: int) -> None:
        due_s = time.monotonic()
        for sequence in count(1):
            due_s = max(due_s + 1 / frames.FPS, time.monotonic())
            await asyncio.sleep(due_s - time.monotonic())
            if self._device.has_room(len(self._picture)):
                self._device.frames.send(frames.frame(self._picture, session, sequence))

    async def _beat(self) -> None:
        while True:
            self._device.say("ping", time=time.monotonic() * 1000)
            await asyncio.sleep(_BEAT_S)

    def _hear(self, text: str) -> None:
        message = json.loads(text)
        if message["type"] == "received" and message["frames"]:
            self._received.append((time.monotonic(), message["frames"]))
            self.arriving.set()


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
