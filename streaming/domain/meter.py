from __future__ import annotations

from collections import deque


class Meter:
    """Frames and bytes per second over the last `window_s` seconds."""

    __slots__ = ("_bytes", "_samples", "_window_s")

    def __init__(self, window_s: float = 2.0) -> None:
        self._window_s = window_s
        self._samples: deque[tuple[float, int]] = deque()
        self._bytes = 0

    def add(self, now_s: float, byte_count: int) -> None:
        self._samples.append((now_s, byte_count))
        self._bytes += byte_count
        self._drop_old(now_s)

    def frames_per_s(self, now_s: float) -> float:
        self._drop_old(now_s)
        return len(self._samples) / self._window_s

    def bits_per_s(self, now_s: float) -> float:
        self._drop_old(now_s)
        return self._bytes * 8 / self._window_s

    def _drop_old(self, now_s: float) -> None:
        while self._samples and self._samples[0][0] <= now_s - self._window_s:
            self._bytes -= self._samples.popleft()[1]
