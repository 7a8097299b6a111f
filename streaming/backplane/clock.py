from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from redis.asyncio import Redis

from streaming.backplane import server_time
from streaming.backplane.connection import Unavailable
from streaming.domain.clock import OffsetEstimator, Sample
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

_EVERY_S = 1.0
#: Goes on while the machine sleeps, and takes no notice of who sets the time of day.
_OWN = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class ServerClock:
    """Server time in ms: the clock of Redis, paced by this machine's own.

    All processes on all hosts follow the same clock, so that a time taken in one may be compared
    with a time taken in another. Until Redis answered once, it is this host's own clock.
    """

    def __init__(self) -> None:
        self._offset_ms = time.time() * 1000 - _own_ms()
        self._estimator = OffsetEstimator()
        self._shift = ""

    def now_ms(self) -> float:
        return _own_ms() + self._offset_ms

    async def follow(self, redis: Redis) -> None:
        """Keep in step with `redis` for ever."""
        while True:
            # While it is away the machine's own clock carries on: they part by 1 ms in 10 s.
            with contextlib.suppress(*Unavailable):
                await self._measure(redis)
            raise_if_cancelled()
            await asyncio.sleep(_EVERY_S)

    async def _measure(self, redis: Redis) -> None:
        sent = _own_ms()
        reading = await server_time.read_time(redis)
        sample = Sample(sent, reading.now, _own_ms())
        leap = self._estimator.leap(sample)
        # A shift that is new was found right by another process. One that is missing was lost by
        # Redis, which came back empty.
        if leap and reading.shift in (self._shift, ""):
            logger.warning("The clock of Redis leapt by %.3f s; server time goes on", leap / 1000)
            await server_time.shift(redis, reading, leap)
            return
        self._shift = reading.shift
        self._estimator.add(sample)
        if self._estimator.offset is not None:
            self._offset_ms = self._estimator.offset


def _own_ms() -> float:
    return time.clock_gettime(_OWN) * 1000
