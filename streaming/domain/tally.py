from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Tally:
    """Counts by reason, and says at most once a second what was counted since it last said so."""

    __slots__ = ("_since", "_spoke_s", "total")

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self._since: Counter[str] = Counter()
        self._spoke_s = -1.0

    def add(self, reason: str, count: int = 1) -> None:
        self.total[reason] += count
        self._since[reason] += count

    def news(self, now_s: float) -> Mapping[str, int]:
        """What was counted since the last news; empty within a second of them."""
        if not self._since or now_s - self._spoke_s < 1.0:
            return {}
        self._spoke_s = now_s
        since, self._since = self._since, Counter()
        return since
