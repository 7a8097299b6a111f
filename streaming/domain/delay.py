from __future__ import annotations

from collections import deque

#: The shortest way of the last minute stands for a way without a queue: clocks drift apart.
_REMEMBERED = 60


class Delay:
    """How long frames take from their capture to here, second by second, in ms."""

    __slots__ = ("_count", "_least", "_minima", "_sum", "mean_ms")

    def __init__(self) -> None:
        #: Of the last second in which frames came.
        self.mean_ms = 0.0
        self._sum = 0.0
        self._count = 0
        self._least = 0.0
        self._minima: deque[float] = deque(maxlen=_REMEMBERED)

    def add(self, delay_ms: float) -> None:
        if not self._count or delay_ms < self._least:
            self._least = delay_ms
        self._sum += delay_ms
        self._count += 1

    def next_second(self) -> None:
        if self._count:
            self.mean_ms = self._sum / self._count
            self._minima.append(self._least)
            self._sum, self._count = 0.0, 0

    @property
    def queued_ms(self) -> float:
        """How much longer than the shortest way: what grows is a queue."""
        return self.mean_ms - min(self._minima) if self._minima else 0.0
