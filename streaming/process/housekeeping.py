from __future__ import annotations

import asyncio
import logging

from streaming.backplane.connection import Unavailable
from streaming.backplane.store import AsyncStore
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

EVERY_S = 60.0


async def keep_clean(store: AsyncStore) -> None:
    """Forget cameras whose ingest process died with them, for ever; one process does it for all."""
    while True:
        await asyncio.sleep(EVERY_S)
        gone = 0
        try:
            # A little less than the period, so that one process' jitter skips no turn.
            if await store.first_within("clean-up", EVERY_S - 1):
                gone = await store.clean_up()
                await store.reset_clock()
        except Unavailable as error:
            logger.debug("Not cleaned up: %s", error)
        else:
            if gone:
                logger.info("%d cameras whose process died are clients no more", gone)
        raise_if_cancelled()
