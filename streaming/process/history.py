"""Records what each camera does, minute by minute. Whichever ingest process holds this does it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import cast
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from cameras import database, history, sessions
from cameras.errors import reason_of
from streaming.backplane.client import Backplane
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.domain.history import SAMPLE_S, Minute, Recorder
from streaming.tasks import Work, raise_if_cancelled

logger = logging.getLogger(__name__)

#: Another process goes on so soon after this one died.
HELD_S = 3 * SAMPLE_S
#: While the database is away; 100 cameras need 2 MB for it.
MAX_WAITING = 60
_WRITE_EVERY_S = 5.0
#: Reading many states at once would hold up the frames of this process.
_AT_ONCE = 20


class History:
    """Samples the live states in Redis, and writes them once a minute, all cameras together."""

    def __init__(self, backplane: Backplane, process_id: str) -> None:
        self._store = backplane.store
        self._writer = backplane.writer
        self._process_id = process_id
        self._recorder = Recorder[UUID]()
        self._minute = _this_minute()
        self._waiting: deque[tuple[datetime, dict[UUID, Minute]]] = deque()
        #: Minutes of cameras that gave way because the database took none for too long.
        self.lost = 0

    def work(self) -> dict[str, Work]:
        return {"history": self._sample_all(), "history: writing": self._write_all()}

    async def _sample_all(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_S)
            try:
                await self.sample()
            except Unavailable as error:
                logger.debug("No sample for the history: %s", reason_of(error))
            raise_if_cancelled()

    async def sample(self) -> None:
        """Raises what `streaming.backplane.connection.Unavailable` names."""
        if not await self._store.hold("history", self._process_id, HELD_S):
            self._recorder = Recorder()
            return
        states = await self._states()
        if (minute := _this_minute()) != self._minute:
            self._close(self._minute)
            self._minute = minute
        self._recorder.sample(states, time.monotonic())

    async def _states(self) -> Mapping[UUID, LiveState]:
        ids = await self._store.publishing()
        found: dict[UUID, LiveState] = {}
        for first in range(0, len(ids), _AT_ONCE):
            some = ids[first : first + _AT_ONCE]
            found |= zip(some, await self._store.live(some), strict=True)
        return found

    def _close(self, minute: datetime) -> None:
        if cameras := self._recorder.take():
            self._waiting.append((minute, cameras))
        while len(self._waiting) > MAX_WAITING:
            self.lost += len(self._waiting.popleft()[1])

    async def _write_all(self) -> None:
        await self._count_frames()
        while True:
            await asyncio.sleep(_WRITE_EVERY_S)
            await self.write()

    async def write(self) -> None:
        """Write what waits; it goes on waiting while the database is unavailable."""
        while self._waiting:
            minute, cameras = self._waiting[0]
            rows = {key: cast(history.Minute, asdict(each)) for key, each in cameras.items()}
            try:
                await database_sync_to_async(history.record)(minute, rows)
            except database.Unavailable as error:
                database.outages.note(error)
                return
            # It may have given way meanwhile.
            if self._waiting and self._waiting[0][0] == minute:
                self._waiting.popleft()

    async def _count_frames(self) -> None:
        """A Redis that begins empty counts on from what the records say."""
        try:
            self._writer.count_from(await database_sync_to_async(sessions.all_frames)())
        except database.Unavailable as error:
            database.outages.note(error)


def _this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)
