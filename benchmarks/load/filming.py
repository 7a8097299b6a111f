from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.processes import standard


class Filming:
    """Cameras that send, each 30 frames a second: a process of benchmarks/load/cameras.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def measure(self, seconds: float) -> list[float]:
        """The frames per second that arrive of each camera, as the server says."""
        print(f"measure {seconds}", file=standard(self._process.stdin), flush=True)
        fps: list[float] = json.loads(standard(self._process.stdout).readline())
        return fps


@contextmanager
def filming(url: str, frame_bytes: int, keys: Mapping[str, str]) -> Iterator[Filming]:
    """From the first frames that arrived of all cameras; `keys` by slug."""
    cameras = [f"{slug}={key}" for slug, key in keys.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load.cameras", url, str(frame_bytes), *cameras],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if standard(process.stdout).readline() != "ready\n":
            sys.exit("The cameras did not connect; above is why.")
        yield Filming(process)
    finally:
        process.communicate()
