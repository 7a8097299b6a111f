from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from benchmarks.programs import HERE, compiled
from tests.processes import standard

#: What a viewer may miss of 30.
MIN_FPS = 29.0
MAX_MS = 100.0


@dataclass(frozen=True, slots=True)
class Door:
    """Where viewers come in, and what they say there."""

    port: int
    path: str = "/"
    cookie: str = ""
    subscribe: str = ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Window:
    """What reached the viewers in some seconds."""

    viewers: int
    frames: int
    #: Of the viewer who got the fewest.
    least_fps: float
    p50_ms: float
    p99_ms: float
    #: Frames of the wrong length or session, or out of order.
    broken: int
    #: Connections that ended.
    lost: int
    #: Share of its core that the load client used.
    busy: float

    @property
    def is_live(self) -> bool:
        """Whether everybody got the pictures, and in time."""
        return not self.lost and self.least_fps >= MIN_FPS and self.p99_ms < MAX_MS

    @property
    def is_far_off(self) -> bool:
        """Whether looking once more would show the same."""
        return self.lost > 0 or self.least_fps < MIN_FPS / 2 or self.p99_ms > 3 * MAX_MS


class Viewers:
    """The load client, benchmarks/load/viewers.c."""

    def __init__(self, door: Door, frame_bytes: int, camera: str = "") -> None:
        """With the slug of a camera, viewers report what they get of it."""
        words = (door.path, door.origin, door.cookie, door.subscribe, camera)
        self._command = [
            str(compiled(HERE / "load" / "viewers.c")),
            *(str(door.port), str(frame_bytes), *words),
        ]

    def __enter__(self) -> Viewers:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def hold(self, number: int) -> int:
        """Have so many viewers connected; how many the server took."""
        viewers: int = self._ask(f"hold {number}")["viewers"]
        return viewers

    def measure(self, seconds: float) -> Window:
        window = Window(**self._ask(f"measure {seconds}"))
        if window.broken:
            raise SystemExit(f"{window.broken} frames were broken or out of order.")
        return window

    def _ask(self, command: str) -> dict[str, Any]:
        print(command, file=standard(self._process.stdin), flush=True)
        answer = standard(self._process.stdout).readline()
        if not answer:
            raise SystemExit("The load client ended; above is why.")
        result: dict[str, Any] = json.loads(answer)
        return result
