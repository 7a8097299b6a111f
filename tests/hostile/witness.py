"""A camera of 15 frames a second and its viewer, in a process of their own.

    witness URL SLUG KEY COOKIES

Says `ready` once pictures arrive. Each line on standard input is answered by what was seen since
the one before: see `Seen`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from websockets.exceptions import WebSocketException

from streaming.demo.camera import DemoCamera
from tests.chaos.viewer import Viewer, watching
from tests.processes import standard

_LOOK_EVERY_S = 0.02
_AGAIN_S = 0.1


@dataclass(slots=True)
class Seen:
    """What a witness noticed."""

    #: The longest time without a picture.
    gap_s: float = 0.0
    frames: int = 0
    #: How often the viewer had to connect anew, and how many sessions of the camera it saw.
    reconnects: int = 0
    sessions: int = 0
    #: By how much the witness itself was late: then the machine was busy, and not the server.
    own_lag_s: float = 0.0


class Witness:
    """The end of a test: asks the process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self) -> Seen:
        """What it saw since it was last asked. Blocks for some milliseconds."""
        print(file=standard(self._process.stdin), flush=True)
        return Seen(**json.loads(standard(self._process.stdout).readline()))


@contextlib.contextmanager
def witness(url: str, slug: str, key: str, cookies: str) -> Iterator[Witness]:
    """From its first picture."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.witness", url, slug, key, cookies],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert standard(process.stdout).readline() == "ready\n"
        yield Witness(process)
    finally:
        process.communicate()


class _Watch:
    """The viewer, who comes back whenever the socket ends."""

    def __init__(self, url: str, slug: str, cookies: str) -> None:
        self._address = (url, slug, cookies)
        self._seen = Seen()
        self._sessions: set[int] = set()
        self._last_s = time.monotonic()
        self.arriving = asyncio.Event()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException):
                async with watching(*self._address) as viewer:
                    await self._follow(viewer)
            self._seen.reconnects += 1
            await asyncio.sleep(_AGAIN_S)

    async def look_at_oneself(self) -> None:
        while True:
            due_s = time.monotonic() + _LOOK_EVERY_S
            await asyncio.sleep(_LOOK_EVERY_S)
            self._seen.own_lag_s = max(self._seen.own_lag_s, time.monotonic() - due_s)

    def take(self) -> Seen:
        """What was seen, with the gap that lasts still; from now on it counts anew."""
        now_s = time.monotonic()
        seen, self._seen = self._seen, Seen()
        seen.gap_s = max(seen.gap_s, now_s - self._last_s)
        seen.sessions = len(self._sessions)
        self._last_s = now_s
        self._sessions.clear()
        return seen

    async def _follow(self, viewer: Viewer) -> None:
        while not viewer.has_ended:
            for each in viewer.seen:
                self._seen.gap_s = max(self._seen.gap_s, each.at_s - self._last_s)
                self._last_s = max(each.at_s, self._last_s)
                self._seen.frames += 1
                self._sessions.add(each.frame.session)
                self.arriving.set()
            viewer.seen.clear()
            await asyncio.sleep(_LOOK_EVERY_S)


async def _main(url: str, slug: str, key: str, cookies: str) -> None:
    watch = _Watch(url, slug, cookies)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(DemoCamera(url, slug, key).run())
        tasks.create_task(watch.run())
        tasks.create_task(watch.look_at_oneself())
        await watch.arriving.wait()
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(asdict(watch.take())), flush=True)
        # Its parent has what it wanted, or has gone.
        os._exit(0)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
