from __future__ import annotations

import logging
import time
from typing import Any

from streaming.domain.tally import Tally

logger = logging.getLogger(__name__)


def count_in(refused: Tally, *connections: Any) -> None:
    """From now on, what is refused on the way to these connections is counted in `refused`."""
    for connection in connections:
        connection.guard_refused = refused


def refuse(connection: Any, reason: str, count: int = 1) -> None:
    """Count what a connection does not take, and log it once a second.

    One that nobody protects, such as a test's own camera, refuses it all the same.
    """
    refused: Tally | None = getattr(connection, "guard_refused", None)
    if refused is None:
        return
    refused.add(reason, count)
    if news := refused.news(time.monotonic()):
        counts = ", ".join(f"{count} {reason}" for reason, count in news.items())
        logger.warning("Refused on the way to a peer: %s", counts)
