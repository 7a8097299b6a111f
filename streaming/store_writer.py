from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from streaming.redis import TIMEOUT_S, Unavailable
from streaming.store import (
    CLIENT_TTL_S,
    IMAGE_TTL_S,
    PROCESS_TTL_S,
    LiveState,
    ProcessFacts,
    encode_live,
    encode_process,
    encode_watching,
)

logger = logging.getLogger(__name__)

Operation = Callable[[Any], None]


class StoreWriter:
    """Writes to Redis in batches: one pipeline per 10 operations or 50 ms.

    Whoever writes never waits. An operation not yet sent is replaced by a newer one of the same
    key, so that the backlog is bounded by the number of cameras whatever Redis does.
    """

    _MOST_OPERATIONS = 10
    _EVERY_S = 0.05

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._pending: dict[str, Operation] = {}
        self._frames = 0
        self._wake = asyncio.Event()
        #: Operations that Redis did not take.
        self.lost = 0

    def image(self, camera_id: UUID, message: bytes, received_at: float) -> None:
        key = f"image:{camera_id}"

        def write(pipeline: Any) -> None:
            pipeline.hset(key, mapping={"message": message, "received_at": received_at})
            pipeline.expire(key, IMAGE_TTL_S)

        self._frames += 1
        self._put(key, write)

    def live(self, camera_id: UUID, state: LiveState, publishing: bool) -> None:
        key = f"client:{camera_id}"

        def write(pipeline: Any) -> None:
            pipeline.hset(key, mapping=encode_live(state))
            pipeline.expire(key, CLIENT_TTL_S)
            (pipeline.sadd if publishing else pipeline.srem)("clients", str(camera_id))

        self._put(key, write)

    def watching(
        self, camera_id: UUID, process_id: str, names: Sequence[str], now_ms: float
    ) -> None:
        key = f"watching:{camera_id}"

        def write(pipeline: Any) -> None:
            if names:
                pipeline.hset(key, process_id, encode_watching(names, now_ms))
            else:
                pipeline.hdel(key, process_id)
            pipeline.expire(key, IMAGE_TTL_S)

        self._put(key, write)

    def process(self, facts: ProcessFacts) -> None:
        key = f"process:{facts.id}"
        self._put(key, lambda pipeline: pipeline.set(key, encode_process(facts), ex=PROCESS_TTL_S))

    async def run(self) -> None:
        """Write for ever, and what is left when cancelled."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                if len(self._pending) < self._MOST_OPERATIONS:
                    await asyncio.sleep(self._EVERY_S)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        pending, self._pending = self._pending, {}
        frames, self._frames = self._frames, 0
        if not pending:
            return
        pipeline = self._client.pipeline(transaction=False)
        for write in pending.values():
            write(pipeline)
        if frames:
            pipeline.incrby("frames", frames)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await pipeline.execute()
        except Unavailable as error:
            if not self.lost:
                logger.warning("Redis does not take writes: %s", error)
            self.lost += len(pending)
        else:
            if self.lost:
                logger.warning("Redis takes writes again; %d were lost", self.lost)
                self.lost = 0

    def _put(self, key: str, operation: Operation) -> None:
        self._pending[key] = operation
        self._wake.set()
