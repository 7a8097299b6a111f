"""What a process refuses because somebody wants more than their share."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from streaming.domain.limits import Limit
from streaming.domain.tally import Tally

logger = logging.getLogger(__name__)


class Refusals:
    """Counts by limit, and logs at most once a second. For the event loop's thread."""

    def __init__(self) -> None:
        self._tally = Tally()

    def count(self, limit: Limit, who: str = "") -> None:
        """`who` was refused, such as an address or a camera and session: the log names the last."""
        self._tally.add(limit)
        if news := self._tally.news(time.monotonic()):
            counts = ", ".join(f"{count} by {name}" for name, count in news.items())
            logger.warning("Refused: %s%s", counts, f" (the last: {who})" if who else "")

    @property
    def total(self) -> Mapping[str, int]:
        """Since the process began, for every limit."""
        return {limit.value: self._tally.total[limit] for limit in Limit}
