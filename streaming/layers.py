from __future__ import annotations

import asyncio
import logging
from typing import Any

from channels_redis.core import RedisChannelLayer

from streaming.domain.backoff import Backoff
from streaming.redis import Unavailable

logger = logging.getLogger(__name__)

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.05, 1.0


class SignalingLayer(RedisChannelLayer):  # type: ignore[misc]
    """The `default` layer: a reader waits for Redis to come back.

    Its own class would raise in every consumer that listens, and so close the socket of every
    camera whenever Redis restarts.
    """

    async def receive(self, channel: str) -> dict[str, Any]:
        backoff = Backoff(_FIRST_WAIT_S, _LONGEST_WAIT_S)
        while True:
            try:
                message: dict[str, Any] = await super().receive(channel)
                return message
            except Unavailable as error:
                logger.debug("Redis gives no messages: %s", error)
                await asyncio.sleep(backoff.next_s())
