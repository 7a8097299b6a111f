"""What a process refuses because somebody wants more than their share."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from streaming.domain.limits import Limit
from streaming.domain.tally import Tally

logger = logging.getLogger(__name__)


class Refusals:
    """Counts by limit, and logs at most once a second. For any thread."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._lock = threading.Lock()

    def count(self, limit: Limit, who: str = "") -> None:
        """`who` was refused, such as an address or a camera and session: the log names the last."""
        with self._lock:
            self._tally.add(limit)
            news = self._tally.news(time.monotonic())
        if news:
            counts = ", ".join(f"{count} by {name}" for name, count in news.items())
            logger.warning("Refused: %s%s", counts, f" (the last: {who})" if who else "")

    @property
    def total(self) -> Mapping[str, int]:
        """Since the process began, for every limit."""
        return {limit.value: self._tally.total[limit] for limit in Limit}
