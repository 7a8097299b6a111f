from __future__ import annotations

from collections import deque


class Meter:
    """Frames and bytes per second over about the last `window_s` seconds, from totals that are
    noted now and then."""

    __slots__ = ("_notes", "_window_s")

    def __init__(self, window_s: float = 2.0) -> None:
        self._window_s = window_s
        self._notes: deque[tuple[float, int, int]] = deque()

    def note(self, now_s: float, frames: int, byte_count: int) -> None:
        """So many came in all."""
        notes = self._notes
        notes.append((now_s, frames, byte_count))
        while len(notes) > 2 and notes[1][0] <= now_s - self._window_s:
            notes.popleft()

    @property
    def frames_per_s(self) -> float:
        return self._rate(1)

    @property
    def bits_per_s(self) -> float:
        return 8 * self._rate(2)

    def _rate(self, place: int) -> float:
        if len(self._notes) < 2:
            return 0.0
        first, last = self._notes[0], self._notes[-1]
        return (last[place] - first[place]) / (last[0] - first[0])
