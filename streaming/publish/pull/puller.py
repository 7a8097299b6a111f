from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from uuid import UUID

from channels.db import database_sync_to_async
from django.core.exceptions import ValidationError

from cameras import database
from cameras.models import Source
from cameras.source_address import parse
from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.backplane.store import AsyncStore, SourceState
from streaming.publish.pull.pulled import Doors, Pulled
from streaming.tasks import Tasks, Work, finish, stop

logger = logging.getLogger(__name__)

ROLE = "pull"
#: A source belongs to a process for so long after it has said so; it does each round.
HELD_S = 2.0
ROUND_S = 0.5
#: What nobody holds for so long is taken by whoever sees it, whether or not it has its share.
ORPHANED_S = 1.0
#: Without any source there is nothing to do but to look, should an announcement have been lost.
REST_S = 10.0
_COUNT_EVERY_S, _SAY_EVERY_S = 3.0, 5.0


class Puller:
    """Shares the sources out among the processes, and reads those of this one."""

    def __init__(self, process_id: str, store: AsyncStore, doors: Doors) -> None:
        self._id = process_id
        self._store = store
        self._doors = doors
        self._sources: dict[UUID, Source] = {}
        self._mine: dict[UUID, tuple[Pulled, asyncio.Task[None]]] = {}
        #: Since when nobody has held them, as far as this process has seen.
        self._free_since_s: dict[UUID, float] = {}
        self._processes = 1
        self._said: dict[UUID, SourceState] = {}
        self._counted_s = self._said_s = -math.inf
        #: As the database has them.
        self._found: dict[UUID, Source] = {}
        self._changed, self._wake = asyncio.Event(), asyncio.Event()
        self._tasks = Tasks("pull")

    def work(self) -> dict[str, Work]:
        return {
            "sources": self._follow(),
            "shares of sources": self._share_out(),
            "reading": self._tasks.run(),
        }

    def changed(self) -> None:
        """Sources may have come, gone or changed."""
        self._changed.set()

    def __len__(self) -> int:
        return len(self._mine)

    async def _follow(self) -> None:
        """Know which sources there are; beside the shares, as a database may be slow."""
        while True:
            self._changed.clear()
            try:
                self._found = await database_sync_to_async(_enabled)()
            except database.Unavailable as error:
                database.outages.note(error)
            self._wake.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REST_S):
                    await self._changed.wait()
            # Many changes at once are one.
            await asyncio.sleep(ROUND_S / 5)

    async def _share_out(self) -> None:
        try:
            while True:
                with contextlib.suppress(*Unavailable):
                    await self.round()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(ROUND_S if self._sources else REST_S):
                        await self._wake.wait()
        finally:
            await finish("pull: letting go", self._let_all_go())

    async def _update(self) -> None:
        """Leave what is gone, or is somewhere else now."""
        self._wake.clear()
        self._sources = self._found
        for camera_id, (pulled, _) in list(self._mine.items()):
            source = self._sources.get(camera_id)
            if source is None or source.connection() != pulled.source.connection():
                await self._leave(camera_id)

    async def round(self) -> None:
        """Hold what is ours, take what is free, and leave what is too much."""
        await self._update()
        if not self._sources:
            return
        now_s = time.monotonic()
        await self._count(now_s)
        ids = list(self._sources)
        holders = await self._store.holders_of([_held(each) for each in ids])
        await self._keep()
        share = math.ceil(len(ids) / self._processes)
        for camera_id in list(self._mine)[share:]:
            await self._leave(camera_id)
        for camera_id, holder in zip(ids, holders, strict=True):
            await self._take_if_free(camera_id, holder, share, now_s)
        await self._say(now_s)

    async def _count(self, now_s: float) -> None:
        """How many processes there are to share with."""
        if now_s - self._counted_s >= _COUNT_EVERY_S:
            self._counted_s = now_s
            processes = await self._store.processes()
            self._processes = max(1, sum(each.role == ROLE for each in processes))

    async def _keep(self) -> None:
        for camera_id, (pulled, task) in list(self._mine.items()):
            if await self._store.hold(_held(camera_id), self._id, HELD_S):
                pulled.tick()
            else:
                # This process was silent for too long: the other one takes the camera over.
                logger.warning("camera %s: another process reads it now", pulled.source.camera.slug)
                del self._mine[camera_id]
                await stop(task)

    async def _take_if_free(
        self, camera_id: UUID, holder: str | None, share: int, now_s: float
    ) -> None:
        if camera_id in self._mine or holder is not None:
            self._free_since_s.pop(camera_id, None)
            return
        since_s = self._free_since_s.setdefault(camera_id, now_s)
        is_ours = len(self._mine) < share or now_s - since_s >= ORPHANED_S
        if is_ours and await self._store.hold(_held(camera_id), self._id, HELD_S):
            source = self._sources[camera_id]
            pulled = Pulled(source, self._doors)
            task = self._tasks.start(f"camera {source.camera.slug}", pulled.run())
            self._mine[camera_id] = pulled, task

    async def _leave(self, camera_id: UUID) -> None:
        """Others may read it, once this process does so no longer."""
        pulled, task = self._mine.pop(camera_id)
        await stop(task)
        await pulled.stop()
        with contextlib.suppress(*Unavailable):
            await self._store.let_go(_held(camera_id), self._id)

    async def _let_all_go(self) -> None:
        with contextlib.suppress(*Unavailable):
            async with asyncio.timeout(TIMEOUT_S):
                for camera_id in self._mine:
                    await self._store.let_go(_held(camera_id), self._id)

    async def _say(self, now_s: float) -> None:
        """Tell pages what becomes of our sources: what is new at once, all now and then."""
        said, self._said = self._said, {each: p.state for each, (p, _) in self._mine.items()}
        is_due = now_s - self._said_s >= _SAY_EVERY_S
        self._said_s = now_s if is_due else self._said_s
        for camera_id, state in self._said.items():
            if is_due or said.get(camera_id) != state:
                await self._store.note_source(camera_id, state)


def _held(camera_id: UUID) -> str:
    return f"source:{camera_id}"


def _enabled() -> dict[UUID, Source]:
    rows = Source.objects.filter(enabled=True, camera__enabled=True).select_related("camera")
    return {source.camera_id: source for source in rows.order_by("pk") if _is_readable(source)}


def _is_readable(source: Source) -> bool:
    """A newer release may know addresses that this one doesn't."""
    try:
        parse(source.address)
    except ValidationError:
        return False
    return True
