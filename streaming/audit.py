"""What a process collects for the audit log: who watches, and who was refused.

Nothing here waits, and nothing is written for each viewer: a lane writes a batch every two seconds.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from cameras import audit, database
from cameras.addresses import network_of
from cameras.audit import Refusal, Visit, Who
from cameras.errors import reason_of
from cameras.models import ActorKind, Role
from streaming.domain.allowance import Allowance, Allowances
from streaming.lanes import AUDIT
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

WRITE_EVERY_S = 2.0
#: Rows of one statement: about 20 ms of another thread.
_BATCH = 250
_BETWEEN_BATCHES_S = 0.05
#: That visits go on is said so often, in one statement for all.
_KEEP_ALIVE_EVERY_S = 60.0
#: Whoever is back so soon goes on with the visit: a reload, a line that broke.
_SAME_VISIT_WITHIN = timedelta(seconds=60)
#: Readers of single pictures have gone after so long without one.
_READS_WITHIN_S = 30.0
#: Rows that wait for the database.
MAX_WAITING = 10_000
#: Refusals that are recorded: each of somebody's once a minute, and of all so many.
_REFUSED_EVERY_S = 60.0
_REFUSALS_BURST, _REFUSALS_PER_S = 100, 2.0


class AuditTrail:
    """Of one process. Single pictures and refusals are told by any thread, all else by the loop."""

    def __init__(self, process_id: str) -> None:
        self._process_id = process_id
        #: Rows that the log lacks, since the process began.
        self.lost = 0
        self._open: dict[tuple[object, UUID], Visit] = {}
        #: Those that ended a moment ago.
        self._recent: dict[tuple[UUID, Who], Visit] = {}
        #: Those that the database does not have as they are, the oldest first.
        self._unwritten: dict[str, Visit] = {}
        #: Who read single pictures, and when the last one.
        self._reads: dict[tuple[UUID, Who], tuple[Who, float]] = {}
        self._refusals: deque[Refusal] = deque()
        self._told: Allowances[Hashable] = Allowances(1, 1 / _REFUSED_EVERY_S)
        self._told_in_all = Allowance(_REFUSALS_BURST, _REFUSALS_PER_S)
        self._lock = threading.Lock()
        self._kept_alive_s = time.monotonic()

    def begin(self, viewer: object, camera_id: UUID, who: Who, publisher: str = "") -> None:
        """A viewer came before a camera, for which `publisher` films."""
        if (viewer, camera_id) in self._open:
            return
        visit = self._recent.pop((camera_id, _one(who)), None)
        visit = visit or Visit(uuid.uuid4().hex, camera_id, who)
        visit.ended, visit.publisher = None, publisher or visit.publisher
        self._open[viewer, camera_id] = visit
        self._put(visit)

    def end(
        self,
        viewer: object,
        camera_id: UUID,
        publisher: str = "",
        stopped_ms: float | None = None,
    ) -> None:
        """The viewer left. `publisher` filmed last, until `stopped_ms` if no longer."""
        visit = self._open.pop((viewer, camera_id), None)
        if visit is None:
            return
        visit.ended = timezone.now()
        if stopped_ms is None or stopped_ms >= 1000 * visit.started.timestamp():
            visit.publisher = publisher or visit.publisher
        self._recent[camera_id, _one(visit.who)] = visit
        self._put(visit)

    def read(self, camera_id: UUID, who: Who) -> None:
        """Somebody was given a single picture."""
        key = (camera_id, _one(who))
        if key in self._reads or len(self._reads) < MAX_WAITING:
            first, _read_s = self._reads.get(key, (who, 0.0))
            self._reads[key] = (first, time.monotonic())

    def refused(self, who: Who, address: str, wanted: Role) -> None:
        """Somebody was told that there is no such camera, or that it is not theirs."""
        now_s = time.monotonic()
        with self._lock:
            is_new = self._told.take((_one(who), address, wanted), now_s)
            if is_new and self._told_in_all.take(now_s):
                self._refusals.append(Refusal(who, address, wanted))

    async def run(self) -> None:
        """Write for ever, and what is left when cancelled."""
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                await self._write()
                raise_if_cancelled()
        finally:
            for viewer, camera_id in list(self._open):
                self.end(viewer, camera_id)
            await self._write()

    async def _write(self) -> None:
        self._follow_readers()
        self._forget()
        try:
            while self._unwritten or self._refusals:
                await self._write_batch()
                await asyncio.sleep(_BETWEEN_BATCHES_S)
            if time.monotonic() - self._kept_alive_s >= _KEEP_ALIVE_EVERY_S:
                await AUDIT.run(audit.keep_alive, self._process_id)
                self._kept_alive_s = time.monotonic()
        except database.Unavailable as error:
            database.outages.note(error)
        except IntegrityError as error:
            # Who or what it refers to was deleted in that moment: it is looked up anew. Said again
            # and again, it is a bug.
            logger.warning("Audit log: written again in a moment: %s", reason_of(error))

    async def _write_batch(self) -> None:
        visits = [self._unwritten.pop(each) for each in list(self._unwritten)[:_BATCH]]
        refusals = [self._refusals.popleft() for _ in range(min(len(self._refusals), _BATCH))]
        try:
            await AUDIT.run(audit.write, self._process_id, visits, refusals)
        except BaseException:
            self._unwritten = {visit.id: visit for visit in visits} | self._unwritten
            self._refusals.extendleft(reversed(refusals))
            self._bound()
            raise

    def _put(self, visit: Visit) -> None:
        self._unwritten[visit.id] = visit
        self._bound()

    def _bound(self) -> None:
        while len(self._unwritten) > MAX_WAITING:
            del self._unwritten[next(iter(self._unwritten))]
            self.lost += 1
        while len(self._refusals) > MAX_WAITING:
            self._refusals.popleft()
            self.lost += 1

    def _follow_readers(self) -> None:
        now_s = time.monotonic()
        for (camera_id, reader), (who, read_s) in list(self._reads.items()):
            if now_s - read_s <= _READS_WITHIN_S:
                self.begin(reader, camera_id, who)
            else:
                self._reads.pop((camera_id, reader), None)
                self.end(reader, camera_id)

    def _forget(self) -> None:
        since = timezone.now() - _SAME_VISIT_WITHIN
        self._recent = {
            key: visit for key, visit in self._recent.items() if visit.ended and visit.ended > since
        }


def _one(who: Who) -> Who:
    """Strangers from one network are one: they may take another address for each request."""
    if who.kind not in (ActorKind.VISITOR, ActorKind.LINK):
        return who
    return replace(who, address=network_of(who.address))
