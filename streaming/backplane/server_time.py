"""The clock that all processes share: that of Redis, shifted by what it has leapt.

Somebody who sets the clock of Redis' machine must not make every picture look an hour old. The
process that sees it first writes down, under the key `clock`, by how much Redis' time has to be
shifted so that server time goes on as before; whoever asks for the time shifts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import redis.asyncio

_KEY = "clock"


@dataclass(frozen=True, slots=True)
class Reading:
    #: Server time, ms.
    now: float
    #: As it is written down; "" where Redis' clock has not leapt.
    shift: str


def ask(pipeline: Any) -> None:
    """Adds two answers to a pipeline, which `read` understands."""
    pipeline.time()
    pipeline.get(_KEY)


def read(time: tuple[int, int], shift: bytes | None) -> Reading:
    seconds, microseconds = time
    shifted = shift.decode() if shift else ""
    return Reading(seconds * 1000 + microseconds / 1000 + float(shifted or 0), shifted)


async def read_time(client: redis.asyncio.Redis) -> Reading:
    pipeline = client.pipeline(transaction=False)
    ask(pipeline)
    return read(*await pipeline.execute())


async def shift(client: redis.asyncio.Redis, reading: Reading, leap_ms: float) -> None:
    """Shift Redis' time so that `leap_ms` of the reading do not count, unless somebody did."""
    shifted = f"{float(reading.shift or 0) - leap_ms:.3f}"
    await client.register_script(_SHIFT)(keys=[_KEY], args=[reading.shift, shifted])


async def reset(client: redis.asyncio.Redis) -> None:
    """Follow Redis' own time again once no camera publishes that a leap could trouble."""
    await client.register_script(_RESET)(keys=[_KEY, "clients"])


_SHIFT = """
if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
"""
_RESET = """
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('SCARD', KEYS[2]) == 0 then
  redis.call('SET', KEYS[1], '0')
end
"""
