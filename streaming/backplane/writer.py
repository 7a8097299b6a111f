from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from redis.asyncio import Redis

from cameras.errors import reason_of
from streaming.backplane.connection import TIMEOUT_S, Unavailable, reconnect_waits
from streaming.backplane.facts import PROCESS_TTL_S, ProcessFacts, encode_process
from streaming.backplane.live_state import LiveState, encode_live, encode_watching
from streaming.backplane.store import CLIENT_TTL_S, HEARTBEAT_S, IMAGE_TTL_S
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

Operation = Callable[[Any], None]

#: Adds frames to what Redis has counted, or to what it had before it lost that.
_COUNT = """
local frames = redis.call('INCRBY', KEYS[1], ARGV[1])
local least = ARGV[1] + ARGV[2]
if frames >= least then return frames end
redis.call('SET', KEYS[1], least)
return least
"""


class StoreWriter:
    """Writes to Redis in batches: every 50 ms, or at once when 10 operations wait; at most 10 in
    one round trip.

    Whoever writes never waits. An operation that waits is replaced by a newer one of the same key,
    and gives way to others when too many wait: the backlog is bounded whatever Redis does.
    """

    _MAX_OPERATIONS = 10
    _EVERY_S = 0.05
    # What 300 cameras have to say at once: 12 MB where all of it is pictures of 40 kB.
    _MAX_WAITING = 300

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._waiting: dict[str, Operation] = {}
        self._frames = 0
        #: The most that the count of all frames was known to be: a Redis that comes back empty
        #: goes on from there.
        self.known_frames = 0
        #: When a camera's presence has to be said again.
        self._beat_due_s: dict[UUID, float] = {}
        self._wake = asyncio.Event()
        #: Operations that Redis did not take, or that had to give way, since this process began.
        self.lost = 0
        self._lost_before_outage: int | None = None

    def image(self, camera_id: UUID, message: bytes, received_at: float) -> None:
        key = f"image:{camera_id}"

        def write(pipeline: Any) -> None:
            pipeline.hset(key, mapping={"message": message, "received_at": received_at})
            pipeline.expire(key, IMAGE_TTL_S)

        self._put(key, write)

    def count_frame(self) -> None:
        """One more came in; told with whatever is written next."""
        self._frames += 1

    def count_from(self, frames: int) -> None:
        """So many came in before, whatever Redis says."""
        self.known_frames = max(self.known_frames, frames)

    def live(self, camera_id: UUID, state: LiveState, publishing: bool) -> None:
        key = f"client:{camera_id}"

        def write(pipeline: Any) -> None:
            pipeline.hset(key, mapping=encode_live(state))
            now_s = time.monotonic()
            if publishing and now_s < self._beat_due_s.get(camera_id, 0.0):
                return
            pipeline.expire(key, CLIENT_TTL_S)
            if publishing:
                pipeline.sadd("clients", str(camera_id))
                self._beat_due_s[camera_id] = now_s + HEARTBEAT_S
            else:
                pipeline.srem("clients", str(camera_id))
                self.forget(camera_id)

        self._put(key, write)

    def seen(self, camera_id: UUID, at_ms: float) -> None:
        """A sign of life of a camera whose live state is written less often."""
        key = f"client:{camera_id}"
        if key not in self._waiting:
            self._put(f"seen:{camera_id}", lambda pipeline: pipeline.hset(key, "last_seen", at_ms))

    def forget(self, camera_id: UUID) -> None:
        """Say its presence anew when it comes back: who has it now may say that it is off."""
        self._beat_due_s.pop(camera_id, None)

    def watching(
        self,
        camera_id: UUID,
        process_id: str,
        names: Sequence[str],
        now_ms: float,
        latencies_ms: Sequence[int] = (),
    ) -> None:
        key = f"watching:{camera_id}"

        def write(pipeline: Any) -> None:
            if names:
                pipeline.hset(key, process_id, encode_watching(names, latencies_ms, now_ms))
            else:
                pipeline.hdel(key, process_id)
            pipeline.expire(key, IMAGE_TTL_S)

        self._put(key, write)

    def process(self, facts: ProcessFacts) -> None:
        key = f"process:{facts.id}"
        self._put(key, lambda pipeline: pipeline.set(key, encode_process(facts), ex=PROCESS_TTL_S))

    def forget_process(self, process_id: str) -> None:
        """It ends: what it told of itself would count beside what its successor tells."""
        key = f"process:{process_id}"
        self._put(key, lambda pipeline: pipeline.delete(key))

    async def run(self) -> None:
        """Write for ever, and what is left when cancelled."""
        waits = reconnect_waits()
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                if len(self._waiting) < self._MAX_OPERATIONS:
                    await asyncio.sleep(self._EVERY_S)
                has_written = await self.flush()
                raise_if_cancelled()
                if has_written:
                    waits.reset()
                else:
                    await asyncio.sleep(waits.next_s())
        finally:
            await self.flush()

    async def flush(self) -> bool:
        """Write what waits now, batch after batch, until Redis does not take one."""
        keys = list(self._waiting)
        for first in range(0, len(keys), self._MAX_OPERATIONS):
            batch = keys[first : first + self._MAX_OPERATIONS]
            # One may have given way to others meanwhile.
            operations = [self._waiting.pop(key) for key in batch if key in self._waiting]
            if not await self._write(operations):
                self._wake.set()
                return False
        return True

    async def _write(self, operations: Sequence[Operation]) -> bool:
        pipeline = self._client.pipeline(transaction=False)
        for write in operations:
            write(pipeline)
        frames = self._frames
        pipeline.eval(_COUNT, 1, "frames", frames, self.known_frames)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                self.count_from((await pipeline.execute())[-1])
        except Unavailable as error:
            self._miss(len(operations), error)
            return False
        self._frames -= frames
        if self._lost_before_outage is not None:
            lost = self.lost - self._lost_before_outage
            logger.warning("Redis takes writes again; %d were lost", lost)
            self._lost_before_outage = None
        return True

    def _miss(self, count: int, error: Exception) -> None:
        if self._lost_before_outage is None:
            logger.warning("Redis does not take writes: %s", reason_of(error))
            self._lost_before_outage = self.lost
        self.lost += count
        # It may come back empty.
        self._beat_due_s.clear()

    def _put(self, key: str, operation: Operation) -> None:
        if key not in self._waiting and len(self._waiting) >= self._MAX_WAITING:
            del self._waiting[next(iter(self._waiting))]
            self.lost += 1
        self._waiting[key] = operation
        self._wake.set()
