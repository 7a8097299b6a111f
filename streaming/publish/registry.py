"""The publishers of one process: who may begin, what all of them need, how each ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator
from uuid import UUID

from channels.db import database_sync_to_async
from django import db

from cameras import access, sessions
from cameras.models import CaptureSession, Transport
from streaming.backplane.bus import Change, FrameBus, KeyFrame, Notice, Wants
from streaming.backplane.clock import ServerClock
from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.backplane.store import AsyncStore, Lease
from streaming.backplane.writer import StoreWriter
from streaming.domain.demand import Demand
from streaming.publish.claim import Claim
from streaming.publish.intake import Intake, Totals
from streaming.publish.publication import REPLACED, Link, Publication

logger = logging.getLogger(__name__)

#: A session may be gone on with for so long after its last sign of life.
RESUME_WITHIN_S = 30.0
#: Rights are asked again, whatever was announced.
RECHECK_S = 10.0
_RECORD_EVERY_S = 10.0

NOT_TAKEN: tuple[type[Exception], ...] = (*Unavailable, db.Error)

#: Makes the link of an intake; calls back when the link has closed.
MakeLink = Callable[[Intake, Callable[[], None]], Link]
#: Tells the camera's page for which reason its session is over. Never raises.
SayEnd = Callable[[Publication, str], Awaitable[None]]


class Refused(Exception):
    """The camera may not publish now: an error code of docs/protocol.md, and who does instead."""

    def __init__(self, code: str, publisher: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.publisher = publisher


class Registry:
    """Admits cameras, and looks after those that publish through this process."""

    def __init__(
        self, store: AsyncStore, writer: StoreWriter, bus: FrameBus, clock: ServerClock
    ) -> None:
        self._store = store
        self._writer = writer
        self._bus = bus
        self._clock = clock
        self._running: dict[str, Publication] = {}
        #: Of those who have gone.
        self._refused: Counter[str] = Counter()
        #: Of all cameras, as they are heard: a camera that comes finds its viewers waiting.
        self._demand: defaultdict[UUID, Demand] = defaultdict(Demand)
        self._tasks: asyncio.TaskGroup

    def __len__(self) -> int:
        return len(self._running)

    def __iter__(self) -> Iterator[Publication]:
        return iter(list(self._running.values()))

    @property
    def refused(self) -> dict[str, int]:
        """Messages that were refused, by reason."""
        return dict(sum((publisher.intake.refused for publisher in self), self._refused))

    def get(self, peer: str) -> Publication | None:
        return self._running.get(peer)

    async def run(self) -> None:
        """Look after the publishers until cancelled; then they end with `server_stopped`."""
        async with asyncio.TaskGroup() as self._tasks:
            self._tasks.create_task(self._recheck())
            self._tasks.create_task(self._record_totals())

    # Beginning

    async def admit(
        self, claim: Claim, transport: Transport, channel: str, make_link: MakeLink
    ) -> Publication:
        """The publisher of a claim. `channel` is where an ingest process hears of it.

        Raises Refused, and what NOT_TAKEN names.
        """
        codec = await self.check(claim)
        lease = Lease(claim.peer, claim.resume, claim.publisher, channel)
        await self._take_lease(claim, lease)
        try:
            session = await self._open_session(claim, transport)
            publisher = self.make(claim, session, transport, channel, make_link, codec)
            await self._store.renew(claim.camera_id, publisher.lease)
            await self._tell_former(claim)
        except BaseException:
            # A camera must not be kept from its next attempt by its own lease.
            with contextlib.suppress(*Unavailable):
                await self._store.release(claim.camera_id, lease)
            raise
        return publisher

    async def check(self, claim: Claim) -> str:
        """The camera's codec setting. Raises Refused unless whoever claims may publish."""
        camera = await database_sync_to_async(access.publishable_camera)(
            claim.identity, claim.camera_id
        )
        if camera is None:
            raise Refused("not_allowed")
        return camera.codec

    def make(
        self,
        claim: Claim,
        session: CaptureSession,
        transport: Transport,
        channel: str,
        make_link: MakeLink,
        codec: str,
    ) -> Publication:
        """A publisher that does not hold the camera's lease yet."""
        publisher: Publication
        intake = Intake(
            camera_id=claim.camera_id,
            slug=claim.slug,
            session=session.pk,
            totals=Totals(session.frames, session.bytes, session.dropped),
            bus=self._bus,
            writer=self._writer,
            clock=self._clock,
            demand=self._demand[claim.camera_id],
            codec=codec,
            send=lambda text: publisher.link.send_control(text),
        )
        publisher = Publication(
            claim=claim,
            lease=Lease(claim.peer, session.pk, claim.publisher, channel),
            session=session,
            transport=transport,
            intake=intake,
            link=make_link(intake, lambda: publisher.link_closed()),
            store=self._store,
            writer=self._writer,
            now_ms=self._clock.now_ms,
        )
        return publisher

    async def upgrade(self, claim: Claim, publisher: Publication, transport: Transport) -> None:
        """Let a publisher of the same session, whose link is open now, go on in its place.

        Raises Refused where that session is over, and what NOT_TAKEN names.
        """
        if await self._resume(claim, transport) is None:
            raise Refused("gone")
        await self._take_lease(claim, publisher.lease)
        await self._tell_former(claim)

    async def _take_lease(self, claim: Claim, lease: Lease) -> None:
        holder = await self._store.claim(claim.camera_id, lease, claim.take_over)
        if holder is not None:
            raise Refused("camera_busy", holder.publisher)

    async def _open_session(self, claim: Claim, transport: Transport) -> CaptureSession:
        if claim.resume and (session := await self._resume(claim, transport)):
            return session
        return await database_sync_to_async(sessions.open_session)(
            claim.camera_id,
            claim.identity,
            publisher=claim.publisher,
            remote_address=claim.remote_address,
            user_agent=claim.user_agent,
            transport=transport,
        )

    async def _resume(self, claim: Claim, transport: Transport) -> CaptureSession | None:
        return await database_sync_to_async(sessions.resume_session)(
            claim.resume, claim.identity, within_s=RESUME_WITHIN_S, transport=transport
        )

    async def _tell_former(self, claim: Claim) -> None:
        taken_over = Change("taken_over", claim.camera_id)
        # At once where this process holds the former publisher; the others hear it on the bus.
        await self._apply_change(taken_over)
        await self._bus.announce(taken_over)

    # Going on

    def hold(self, publisher: Publication, say_end: SayEnd) -> None:
        """Take the publisher's frames in to its end, of which the page is told."""
        self._tasks.create_task(self._hold(publisher, say_end))

    async def _hold(self, publisher: Publication, say_end: SayEnd) -> None:
        self._running[publisher.lease.peer] = publisher
        logger.info("%s: %s publishes", publisher.intake.label, publisher.lease.publisher)
        reason = "server_stopped"
        try:
            reason = await publisher.run()
        finally:
            # Shielded: what a stop cancels is the waiting, not the tidying up.
            await asyncio.shield(self._leave(publisher, reason, say_end))

    async def apply(self, notice: Notice) -> None:
        """Heed what was said to every process."""
        match notice:
            case Change():
                await self._apply_change(notice)
            case Wants():
                self._apply_wants(notice)
            case KeyFrame():
                for publisher in self._of([notice.camera_id]):
                    publisher.intake.wishes.need_key(time.monotonic())

    def _apply_wants(self, wants: Wants) -> None:
        now_s = time.monotonic()
        for camera_id, want in wants.cameras.items():
            self._demand[camera_id].add(want, now_s)
        for publisher in self._of(wants.cameras):
            publisher.intake.wishes.update(now_s)

    def _of(self, camera_ids: Collection[UUID]) -> list[Publication]:
        return [publisher for publisher in self if publisher.camera_id in camera_ids]

    async def _apply_change(self, change: Change) -> None:
        concerned = [
            publisher
            for publisher in self
            if change.camera_id in (None, publisher.camera_id)
            and change.user_id in (None, publisher.identity.user_id)
        ]
        match change.kind:
            case "access":
                await self._check_rights(concerned)
            case "disconnect":
                for publisher in concerned:
                    publisher.end("disconnected")
            case "taken_over":
                # The lease says by whom: this may be old news of a publisher that has gone since.
                with contextlib.suppress(*Unavailable):
                    for publisher in concerned:
                        await publisher.keep_lease()

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            await self._check_rights(list(self))

    async def _check_rights(self, publishers: list[Publication]) -> None:
        for publisher in publishers:
            try:
                camera = await database_sync_to_async(access.publishable_camera)(
                    publisher.identity, publisher.camera_id
                )
            except db.Error as error:
                logger.warning("%s: rights not asked: %s", publisher.intake.label, error)
                continue
            if camera is None:
                publisher.end("not_allowed")
            else:
                publisher.intake.set_codec(camera.codec)

    async def _record_totals(self) -> None:
        """Beside the publishers: a slow database must not make a camera look lost."""
        while True:
            await asyncio.sleep(_RECORD_EVERY_S)
            for publisher in self:
                try:
                    await self._record(publisher)
                except db.Error as error:
                    logger.warning("%s: totals not written: %s", publisher.intake.label, error)

    # Ending

    async def _leave(self, publisher: Publication, reason: str, say_end: SayEnd) -> None:
        """Tell the page of the end, and free what the publisher held."""
        if self._running.pop(publisher.lease.peer, None):
            self._refused += publisher.intake.refused
        logger.info("%s: ended: %s", publisher.intake.label, reason)
        if reason != REPLACED:
            await say_end(publisher, reason)
        await self.free(publisher, reason)

    async def free(self, publisher: Publication, reason: str) -> None:
        """End a publisher's session, unless it goes on elsewhere, and close its link."""
        publisher.link.detach()
        publisher.write_off(reason)
        await self._write_end(publisher, reason)
        if reason != REPLACED:
            await self._release(publisher)
        # Last: a camera that has vanished makes it wait.
        await publisher.link.close()

    async def _write_end(self, publisher: Publication, reason: str) -> None:
        try:
            if reason == REPLACED:
                await self._record(publisher)
            else:
                async with publisher.progress() as progress:
                    await database_sync_to_async(sessions.close_session)(
                        publisher.intake.session, reason, **progress
                    )
        except db.Error as error:
            logger.error("%s: end not written: %s", publisher.intake.label, error)

    async def _record(self, publisher: Publication) -> None:
        async with publisher.progress() as progress:
            await database_sync_to_async(sessions.record)(publisher.intake.session, **progress)

    async def _release(self, publisher: Publication) -> None:
        try:
            # The client itself tries several times.
            async with asyncio.timeout(TIMEOUT_S):
                await self._store.release(publisher.camera_id, publisher.lease)
        except Unavailable as error:
            logger.warning("%s: lease left to run out: %r", publisher.intake.label, error)
