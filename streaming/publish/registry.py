"""The publications of one process: what they hear, what is written of them, how each ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.utils import timezone

from cameras import access, database, sessions
from cameras.errors import reason_of
from streaming.backplane.client import Backplane
from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.backplane.store import Lease
from streaming.domain.demand import Demand
from streaming.lanes import RIGHTS
from streaming.protocol.enums import ChangeKind, EndReason
from streaming.protocol.notices import Change, KeyFrame, Notice, Wants
from streaming.publish.publication import REPLACED, Ending, Publication
from streaming.tasks import Tasks, finish

logger = logging.getLogger(__name__)

_RECORD_EVERY_S = 10.0
#: What is beyond, whoever looks for abandoned sessions closes.
_MAX_UNWRITTEN = 1000


@dataclass(frozen=True, slots=True)
class _Unwritten:
    """How and when a publication ended, which its record does not say yet."""

    publication: Publication[Any]
    reason: Ending
    at: datetime


class Registry:
    """Looks after the cameras that publish through this process, once they are admitted."""

    def __init__(self, backplane: Backplane) -> None:
        self._store = backplane.store
        self._bus = backplane.bus
        self._running: dict[str, Publication[Any]] = {}
        #: Of those who have gone.
        self._refused: Counter[str] = Counter()
        #: Of all cameras, as they are heard: a camera that comes finds its viewers waiting.
        self._demand: defaultdict[UUID, Demand] = defaultdict(Demand)
        #: Ends that the database could not take; the oldest give way.
        self._unwritten: deque[_Unwritten] = deque(maxlen=_MAX_UNWRITTEN)
        self._tasks = Tasks("registry")

    def __len__(self) -> int:
        return len(self._running)

    def __iter__(self) -> Iterator[Publication[Any]]:
        return iter(list(self._running.values()))

    @property
    def refused(self) -> dict[str, int]:
        """Messages that were refused, by reason."""
        return dict(sum((publication.intake.refused for publication in self), self._refused))

    def get(self, peer: str) -> Publication[Any] | None:
        return self._running.get(peer)

    def has_running(self, session: int) -> bool:
        """Whether a publication of this session is running and hasn't begun to end."""
        return any(each.lease.session == session and not each.has_ended for each in self)

    def demand(self, camera_id: UUID) -> Demand:
        """What all viewers want of a camera."""
        return self._demand[camera_id]

    async def run(self) -> None:
        """Until cancelled; then all publications end with `server_stopped`."""
        self._tasks.start("totals", self._record_totals())
        try:
            await self._tasks.run()
        finally:
            await finish("registry: end", self._end_all())

    @property
    def is_stopping(self) -> bool:
        return self._tasks.is_stopping

    def start(self, publication: Publication[Any]) -> None:
        """Run the publication to its end, of which its page is told."""
        self._tasks.start(publication.label, self._run(publication))
        self._running[publication.lease.peer] = publication
        logger.info(
            "%s: %s publishes from %s",
            publication.label,
            publication.lease.publisher,
            publication.remote_address or "an unknown address",
        )

    async def _run(self, publication: Publication[Any]) -> None:
        reason: Ending = EndReason.SERVER_STOPPED
        try:
            reason = await publication.run()
        finally:
            # A stop cancels the waiting, not the tidying up.
            await finish(f"{publication.label}: end", self._end(publication, reason))

    async def _end_all(self) -> None:
        """Those whose task was cancelled before its first step."""
        for publication in self:
            await self._end(publication, EndReason.SERVER_STOPPED)

    # What every process hears

    async def announce_take_over(self, camera_id: UUID) -> None:
        """Let the former publication of the camera know that somebody else has its lease."""
        taken_over = Change(ChangeKind.TAKEN_OVER, camera_id)
        # At once where this process has it; the others hear it on the bus.
        await self._apply_change(taken_over)
        await self._bus.announce(taken_over)

    async def apply(self, notice: Notice) -> None:
        """Act on what was said to every process."""
        match notice:
            case Change():
                await self._apply_change(notice)
            case Wants():
                self._apply_wants(notice)
            case KeyFrame():
                for publication in self._of([notice.camera_id]):
                    publication.intake.wishes.need_key(time.monotonic())

    def _apply_wants(self, wants: Wants) -> None:
        now_s = time.monotonic()
        for camera_id, want in wants.cameras.items():
            self._demand[camera_id].add(want, now_s)
        for publication in self._of(wants.cameras):
            publication.intake.wishes.update(now_s)

    def _of(self, camera_ids: Collection[UUID]) -> list[Publication[Any]]:
        return [publication for publication in self if publication.camera_id in camera_ids]

    async def _apply_change(self, change: Change) -> None:
        concerned = [publication for publication in self if _concerns(change, publication)]
        match change.kind:
            case ChangeKind.ACCESS:
                await self._check_rights(concerned)
            case ChangeKind.DISCONNECT:
                for publication in concerned:
                    publication.end(EndReason.DISCONNECTED)
            case ChangeKind.TAKEN_OVER:
                # The lease says by whom: this may be old news of a publication that has gone since.
                with contextlib.suppress(*Unavailable):
                    for publication in concerned:
                        await publication.keep_lease()

    async def _check_rights(self, publications: list[Publication[Any]]) -> None:
        for publication in publications:
            try:
                camera = await RIGHTS.run(
                    access.publishable_camera, publication.identity, publication.camera_id
                )
            except database.Unavailable as error:
                # Nor would it answer for the others. Who publishes goes on.
                database.outages.note(error)
                return
            if camera is None:
                publication.end(EndReason.NOT_ALLOWED)
            else:
                publication.intake.set_codec(camera.codec)
                publication.rename(camera.name)

    async def _record_totals(self) -> None:
        """Beside the publications: a slow database must not make a camera look lost."""
        while True:
            await asyncio.sleep(_RECORD_EVERY_S)
            try:
                for publication in self:
                    await self._record_running(publication)
                for unwritten in list(self._unwritten):
                    await self._write_late(unwritten)
            except database.Unavailable as error:
                database.outages.note(error)

    # Ending

    async def _end(self, publication: Publication[Any], reason: Ending) -> None:
        """Tell the page of the end, and free what the publication held."""
        if self._running.pop(publication.lease.peer, None):
            self._refused += publication.intake.refused
        if reason is REPLACED:
            reason = await self._successor(publication)
        logger.info("%s: ended: %s", publication.label, reason)
        if reason is not REPLACED:
            await publication.notify_end(reason)
        publication.link.detach()
        publication.write_final_state(reason)
        await self.write_end(publication, reason)
        await self.release(publication.camera_id, publication.lease, publication.label)
        # Last: a camera that has vanished makes it wait.
        await publication.link.close()

    async def _successor(self, publication: Publication[Any]) -> Ending:
        """What became of a session that another link was to go on with: that may have failed."""
        try:
            holder = await self._store.holder(publication.camera_id)
        except Unavailable:
            return REPLACED
        if holder is None:
            return EndReason.PEER_FAILED
        if holder.session == publication.lease.session:
            return REPLACED
        publication.successor = holder.publisher
        return EndReason.TAKEN_OVER

    async def write_end(self, publication: Publication[Any], reason: Ending) -> None:
        """While the database is unavailable, the end is written later."""
        end = _Unwritten(publication, reason, timezone.now())
        if database.outages.is_recent and not self.is_stopping:
            # Of many that end at once, not each waits for it.
            self._unwritten.append(end)
            return
        try:
            await self._write(end)
        except database.Unavailable as error:
            database.outages.note(error)
            self._unwritten.append(end)

    async def _write(self, end: _Unwritten) -> None:
        session = end.publication.intake.session
        async with end.publication.progress() as progress:
            if end.reason is REPLACED:
                await database_sync_to_async(sessions.record)(session, **progress)
            else:
                await database_sync_to_async(sessions.close_session)(
                    session,
                    end.reason,
                    end.at,
                    was_connected=end.publication.link.is_open,
                    **progress,
                )

    async def _write_late(self, end: _Unwritten) -> None:
        """An end that could not be written when it came; the session may go on by now."""
        try:
            holder = await self._store.holder(end.publication.camera_id)
        except Unavailable:
            return
        goes_on = holder is not None and holder.session == end.publication.lease.session
        await self._write(replace(end, reason=REPLACED) if goes_on else end)
        with contextlib.suppress(ValueError):
            self._unwritten.remove(end)

    async def _record_running(self, publication: Publication[Any]) -> None:
        async with publication.progress() as progress:
            # It may have ended while another write was under way.
            if publication.lease.peer in self._running:
                await database_sync_to_async(sessions.record_running)(
                    publication.intake.session, **progress
                )

    async def release(self, camera_id: UUID, lease: Lease, label: str) -> bool:
        """Give a lease back; whether it was held, and not by somebody else."""
        try:
            # The client itself tries several times.
            async with asyncio.timeout(TIMEOUT_S):
                return await self._store.release(camera_id, lease)
        except Unavailable as error:
            logger.warning("%s: lease left to run out: %s", label, reason_of(error))
            return False


def _concerns(change: Change, publication: Publication[Any]) -> bool:
    if change.camera_id not in (None, publication.camera_id):
        return False
    identity = publication.identity
    # Only the catalogue knows who made a key, with whose right it stands and falls.
    return change.user_id in (None, identity.user_id) or identity.key_id is not None
