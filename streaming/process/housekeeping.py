"""What is done now and then for the whole system; whichever ingest process is first does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from channels.db import database_sync_to_async

from cameras import audit, database, history, sessions
from cameras.errors import reason_of
from streaming import conf
from streaming.backplane.connection import Unavailable
from streaming.backplane.facts import ProcessFacts
from streaming.backplane.store import AsyncStore
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

CLEAN_EVERY_S = 60.0
STATS_EVERY_S = 30.0
#: While Redis is away it is asked so often: the log does not say for half a minute what is over.
BACK_WITHIN_S = 1.0
#: A session that no process has mentioned for this long was left open by a crash.
ABANDONED_AFTER_S = 60.0
PRUNE_EVERY_S = 3600.0
_PRUNE_AGAIN_S = 1.0


async def close_abandoned() -> None:
    """Close the sessions and visits that a crash left open, for ever."""
    while True:
        try:
            await database_sync_to_async(sessions.close_abandoned)(ABANDONED_AFTER_S)
            await database_sync_to_async(audit.close_abandoned)()
        except database.Unavailable as error:
            database.outages.note(error)
        await asyncio.sleep(ABANDONED_AFTER_S)


async def prune_sessions() -> None:
    """Delete the records of sessions that ended long ago, for ever."""
    await _prune(lambda: sessions.prune(conf.get().SESSIONS_KEPT_DAYS))


async def prune_audit() -> None:
    """Delete the oldest part of the audit log, for ever."""
    await _prune(lambda: audit.prune(conf.get().AUDIT_KEPT_DAYS))


async def prune_history() -> None:
    """Delete old minutes of the cameras' history, for ever."""
    await _prune(lambda: history.prune(conf.get().HISTORY_KEPT_DAYS))


async def _prune(delete_some: Callable[[], int]) -> None:
    while True:
        pruned = 0
        try:
            pruned = await database_sync_to_async(delete_some)()
        except database.Unavailable as error:
            database.outages.note(error)
        # A few at once: others want to write meanwhile.
        await asyncio.sleep(_PRUNE_AGAIN_S if pruned else PRUNE_EVERY_S)


async def keep_clean(store: AsyncStore) -> None:
    """Forget cameras whose ingest process died with them, for ever."""
    while True:
        await asyncio.sleep(CLEAN_EVERY_S)
        gone = 0
        try:
            # A little less than the period, so that one process' jitter skips no turn.
            if await store.first_within("clean-up", CLEAN_EVERY_S - 1):
                gone = await store.clean_up()
                await store.reset_clock()
        except Unavailable as error:
            logger.debug("Not cleaned up: %s", reason_of(error))
        else:
            if gone:
                logger.info("%d cameras whose process died are no longer clients", gone)
        raise_if_cancelled()


async def log_stats(store: AsyncStore) -> None:
    """Log one line for the whole system every 30 s, and when Redis is back, for ever.

    While Redis is away the processes cannot agree, and each says so for itself.
    """
    is_away = False
    while True:
        await asyncio.sleep(BACK_WITHIN_S if is_away else STATS_EVERY_S)
        was_away = is_away
        try:
            # A little less than the period, so that one process' jitter skips no line.
            if await store.first_within("stats", STATS_EVERY_S - 1):
                logger.info(line(await store.frames(), await store.processes()))
            is_away = False
        except Unavailable:
            is_away = True
            if not was_away:
                logger.warning("Stats: Redis: away")
        raise_if_cancelled()


def line(frames: int, processes: Sequence[ProcessFacts]) -> str:
    """Frames are those ever counted; clients are pages that publish or watch; Cache counts the
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
