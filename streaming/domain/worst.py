from __future__ import annotations

from collections import deque


class Worst:
    """The greatest of the values that were noted within the last `seconds`."""

    __slots__ = ("_seconds", "_values")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        #: Time and value, of those that no later one exceeds.
        self._values: deque[tuple[float, float]] = deque()

    def add(self, value: float, now_s: float) -> None:
        while self._values and self._values[-1][1] <= value:
            self._values.pop()
        self._values.append((now_s, value))

    def at(self, now_s: float) -> float:
        """0 where nothing was noted."""
        while self._values and self._values[0][0] < now_s - self._seconds:
            self._values.popleft()
        return self._values[0][1] if self._values else 0.0
