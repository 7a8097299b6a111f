"""The servers that are compared: each takes one camera's frames in and hands them to viewers."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import programs
from benchmarks.load.viewers import Door
from benchmarks.programs import HERE
from benchmarks.stage import Stage, free_port, publishing, running

#: Of the stage.
CAMERA = "camera-1"


@dataclass(frozen=True, slots=True)
class Arena:
    stage: Stage
    #: Of the server.
    core: int


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs, with frames coming in."""

    pid: int
    door: Door
    #: The process that sends the frames; none where the server makes them itself.
    publisher: int | None = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """No frames meanwhile: viewers come in quickly, and what was too much is worked off."""
        if self.publisher is not None:
            os.kill(self.publisher, signal.SIGUSR1)
        try:
            yield
        finally:
            if self.publisher is not None:
                os.kill(self.publisher, signal.SIGUSR2)


Start = Callable[[Arena, int], AbstractContextManager[Server]]


def skysentry(server: str, video: bool = False) -> Start:
    """The real web process, with the real settings, a viewer's session and Origin."""

    way = "video" if video else "bus"

    @contextmanager
    def start(arena: Arena, frame_bytes: int) -> Iterator[Server]:
        port = free_port()
        stage = arena.stage
        command = [
            *(sys.executable, "manage.py", "web", "--host", "127.0.0.1", "--port", str(port)),
            *("--server", server),
        ]
        with (
            running(command, stage.folder, arena.core, port) as process,
            publishing(stage, way, frame_bytes, stage.cameras[CAMERA]) as publisher,
        ):
            wish = {"video": ["h264"]} if video else {}
            subscribe = json.dumps({"type": "subscribe", "cameras": [CAMERA], **wish})
            door = Door(port, "/ws/watch/", cookie=stage.cookie, subscribe=subscribe)
            yield Server(process.pid, door, publisher)

    return start


@contextmanager
def plain_channels(arena: Arena, frame_bytes: int) -> Iterator[Server]:
    port = free_port()
    command = [
        *(sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port)),
        *("--verbosity", "0", "--no-server-name", "benchmarks.peers.plain_channels:application"),
    ]
    with (
        running(command, arena.stage.folder, arena.core, port) as process,
        publishing(arena.stage, "group", frame_bytes, arena.stage.redis_url) as publisher,
    ):
        yield Server(process.pid, Door(port), publisher)


@contextmanager
def node_ws(arena: Arena, frame_bytes: int) -> Iterator[Server]:
    programs.ws()
    with _of_socket(programs.node(), "node_ws.js", arena, frame_bytes) as server:
        yield server


@contextmanager
def bun(arena: Arena, frame_bytes: int) -> Iterator[Server]:
    with _of_socket(programs.bun(), "bun_publish.js", arena, frame_bytes) as server:
        yield server


@contextmanager
def c_limit(arena: Arena, frame_bytes: int) -> Iterator[Server]:
    port = free_port()
    program = programs.compiled(HERE / "peers" / "c_limit.c")
    command: list[str | Path] = [program, str(port), str(frame_bytes)]
    with running(command, arena.stage.folder, arena.core, port) as process:
        yield Server(process.pid, Door(port))


CONTENDERS: dict[str, Start] = {
    "skysentry-uvicorn": skysentry("uvicorn"),
    "skysentry-daphne": skysentry("daphne"),
    "plain-channels": plain_channels,
    "node-ws": node_ws,
    "bun": bun,
    "c-limit": c_limit,
}
#: Those that tell video from pictures.
OF_VIDEO: dict[str, Start] = {
    "skysentry-uvicorn": skysentry("uvicorn", video=True),
    "skysentry-daphne": skysentry("daphne", video=True),
}


@contextmanager
def _of_socket(program: Path, script: str, arena: Arena, frame_bytes: int) -> Iterator[Server]:
    """A server that passes on what one of its connections sends."""
    port = free_port()
    command: list[str | Path] = [program, HERE / "peers" / script, str(port)]
    with (
        running(command, arena.stage.folder, arena.core, port) as process,
        publishing(arena.stage, "socket", frame_bytes, f"ws://127.0.0.1:{port}/") as publisher,
    ):
        yield Server(process.pid, Door(port), publisher)
