from __future__ import annotations

import asyncio
import contextlib
import time

from redis.asyncio import Redis

from streaming.domain.clock import OffsetEstimator
from streaming.redis import Unavailable

_SAMPLES = 4
_EVERY_S = 5.0


class ServerClock:
    """Server time in ms: the clock of Redis, paced by this process' monotonic clock.

    All processes on all hosts follow the same clock, so that a time taken in one may be compared
    with a time taken in another. Until Redis answered once, it is this host's own clock.
    """

    def __init__(self) -> None:
        self._offset_ms = time.time() * 1000 - _monotonic_ms()

    def now_ms(self) -> float:
        return _monotonic_ms() + self._offset_ms

    async def follow(self, redis: Redis) -> None:
        """Keep in step with `redis` for ever."""
        while True:
            # While it is away the monotonic clock carries on: they part by less than 1 ms in 10 s.
            with contextlib.suppress(*Unavailable):
                await self._measure(redis)
            await asyncio.sleep(_EVERY_S)

    async def _measure(self, redis: Redis) -> None:
        estimator = OffsetEstimator(_SAMPLES)
        for _ in range(_SAMPLES):
            sent = _monotonic_ms()
            seconds, microseconds = await redis.time()
            estimator.add(sent, seconds * 1000 + microseconds / 1000, _monotonic_ms())
        if estimator.offset is not None:
            self._offset_ms = estimator.offset


def _monotonic_ms() -> float:
    return time.monotonic() * 1000
