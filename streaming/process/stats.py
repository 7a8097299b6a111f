from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from streaming.backplane.connection import Unavailable
from streaming.backplane.store import AsyncStore, ProcessFacts

logger = logging.getLogger(__name__)

EVERY_S = 30.0


async def log_stats(store: AsyncStore) -> None:
    """Log one line for the whole system every 30 s, whichever ingest process is first to.

    While Redis is away the processes cannot agree, and each says so for itself.
    """
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            # A little less than the period, so that one process' jitter skips no line.
            if await store.first_within("stats", EVERY_S - 1):
                logger.info(line(await store.frames(), await store.processes()))
        except Unavailable:
            logger.warning("Stats: Redis: away")


def line(frames: int, processes: Sequence[ProcessFacts]) -> str:
    """Frames since Redis started; clients are pages that publish or watch; Cache counts the
    newest frames held in the memory of web processes."""
    clients = sum(process.publishers + process.viewers for process in processes)
    cached = sum(process.cached for process in processes)
    peers = sum(process.peers for process in processes)
    lost = sum(process.lost_writes for process in processes)
    redis = f"OK ({lost} writes lost)" if lost else "OK"
    return (
        f"Stats: {frames} frames, {clients} clients, Cache: {cached}, "
        f"Redis: {redis}, Active peers: {peers}"
    )
