from __future__ import annotations

from collections import deque

#: The weight of one frame in how late the newest are: about a quarter of a second of 30 fps.
_SHARE = 1 / 8
#: The shortest way of the last minute stands for a way without a queue: clocks drift apart.
_REMEMBERED = 60


class Delay:
    """How long frames take from their capture to here, from one report to the next, in ms."""

    __slots__ = ("_count", "_least", "_minima", "_newest", "_sum", "mean_ms")

    def __init__(self) -> None:
        #: Of the last second in which frames came.
        self.mean_ms = 0.0
        self._sum = 0.0
        self._count = 0
        self._least = 0.0
        self._newest: float | None = None
        self._minima: deque[float] = deque(maxlen=_REMEMBERED)

    def add(self, delay_ms: float) -> None:
        if not self._count or delay_ms < self._least:
            self._least = delay_ms
        before = delay_ms if self._newest is None else self._newest
        self._newest = before + _SHARE * (delay_ms - before)
        self._sum += delay_ms
        self._count += 1

    def next_second(self) -> None:
        if self._count:
            self.mean_ms = self._sum / self._count
            self._minima.append(self._least)
            self._sum, self._count = 0.0, 0

    @property
    def queued_ms(self) -> float:
        """How much later the newest came than by the shortest way: what grows is a queue."""
        if self._newest is None or not self._minima:
            return 0.0
        return max(0.0, self._newest - min(self._minima))
