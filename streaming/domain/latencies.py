from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from typing import Generic, TypeVar

Who = TypeVar("Who")

#: Who draws reports every 5 s; who has drawn nothing for two of these sees nothing.
HOLDS_S = 12.0
#: Who was handed nothing for so long is cut off: what is later says more of a clock, or of a page
#: that stood still, than of the way.
MAX_MS = 10_000


class Latencies(Generic[Who]):
    """How late the viewers of one camera last drew it. Times are seconds of a monotonic clock."""

    __slots__ = ("_reports",)

    def __init__(self) -> None:
        self._reports: dict[Who, tuple[float, float]] = {}

    def report(self, who: Who, latency_ms: float, now_s: float) -> None:
        if abs(latency_ms) <= MAX_MS:
            self._reports[who] = (now_s, max(0.0, latency_ms))

    def forget(self, who: Who) -> None:
        self._reports.pop(who, None)

    def of_now(self, now_s: float) -> list[int]:
        """Of each viewer that drew something lately, in ms."""
        return [round(ms) for at_s, ms in self._reports.values() if now_s - at_s <= HOLDS_S]


#: Upper ends of a histogram's buckets: around what is promised on one machine, up to what no longer
#: is live.
BOUNDS_MS = (10.0, 20.0, 30.0, 50.0, 80.0, 100.0, 150.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0)


class Histogram:
    """All latencies that were ever reported, by bucket: what is added up can be compared over time
    and over processes."""

    __slots__ = ("counts", "sum_ms")

    def __init__(self) -> None:
        #: Of each bucket of BOUNDS_MS, and of what is above.
        self.counts = [0] * (len(BOUNDS_MS) + 1)
        self.sum_ms = 0.0

    def add(self, latency_ms: float) -> None:
        if abs(latency_ms) <= MAX_MS:
            self.counts[bisect_left(BOUNDS_MS, latency_ms)] += 1
            self.sum_ms += max(0.0, latency_ms)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The least of the values that so large a share of them does not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
