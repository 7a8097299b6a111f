from __future__ import annotations

import logging
import time
from typing import Any

from streaming.domain.tally import Tally

logger = logging.getLogger(__name__)


def count_in(refused: Tally, *connections: Any, label: str = "") -> None:
    """From now on, what is refused on the way to these connections is counted in `refused`.

    `label` is how the log calls whose they are.
    """
    for connection in connections:
        connection.guard_refused, connection.guard_label = refused, label


def label_of(connection: Any) -> str:
    """Camera and session; "a peer" where nobody has said it."""
    return getattr(connection, "guard_label", "") or "a peer"


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
        # The counts are of all peers that come between two of these lines.
        logger.warning(
            "Ignored packets sent to %s: %s. Nothing to do unless a picture stutters.",
            label_of(connection),
            counts,
        )
