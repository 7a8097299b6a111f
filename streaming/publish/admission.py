"""The one door for every camera: who may begin to publish. Where it fails, nothing stays behind."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import IntegrityError

from cameras import access, database, sessions
from cameras.errors import reason_of
from cameras.models import Camera, CaptureSession, Transport
from streaming import conf
from streaming.backplane.client import Backplane
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import Lease
from streaming.domain.allowance import Allowances
from streaming.domain.limits import Limit
from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.protocol.signaling import Claim
from streaming.publish.publication import (
    NEGOTIATION_TIMEOUT_S,
    REPLACED,
    L,
    MakeLink,
    NotifyEnd,
    Publication,
)
from streaming.publish.registry import Registry
from streaming.publish.words import RETRY_AFTER_S
from streaming.refusals import Refusals
from streaming.tasks import finish, raise_if_cancelled

logger = logging.getLogger(__name__)

#: A session may be resumed for so long after its last sign of life.
RESUME_WITHIN_S = 30.0

#: Whoever has a session elsewhere renews its lease within a second.
_HOLDER_CHECKS, _HOLDER_CHECK_EVERY_S = 6, 0.25

#: What a camera is told to try again after: Redis or the database is away or full.
ADMISSION_ERRORS: tuple[type[Exception], ...] = (*Unavailable, *database.Unavailable)


def code_of(error: Exception, slug: str) -> PublishErrorCode:
    """What a camera is told of one of these, which is logged."""
    if isinstance(error, database.Unavailable):
        # Once a minute, and not for each camera that tries again.
        database.outages.note(error)
        return PublishErrorCode.DATABASE_UNAVAILABLE
    logger.warning("camera %s: not admitted: %s", slug, reason_of(error))
    return PublishErrorCode.UNAVAILABLE


class Refused(Exception):
    """The camera may not publish now: an error code of docs/protocol.md, who does instead, and when
    to ask again, if not soon."""

    def __init__(
        self, code: PublishErrorCode, publisher: str = "", retry_after_s: int = RETRY_AFTER_S
    ) -> None:
        super().__init__(code)
        self.code = code
        self.publisher = publisher
        self.retry_after_s = retry_after_s


class Admission:
    """Admits cameras to the registry of a process."""

    def __init__(self, backplane: Backplane, registry: Registry, refusals: Refusals) -> None:
        self._backplane = backplane
        self._store = backplane.store
        self._registry = registry
        self._refusals = refusals
        #: By peer: those whose link is not open yet, and whose session has another one meanwhile.
        self._upgrades: dict[str, Publication[Any]] = {}
        limits = conf.get()
        self._requests = _per_minute(limits.NEGOTIATIONS_PER_CAMERA)
        self._take_overs = _per_minute(limits.TAKE_OVERS_PER_CAMERA)

    async def check_claim(self, claim: Claim, camera: Camera) -> None:
        """Look, before anything dear is done, whether a claim has a chance.

        Who waits for a camera that others publish to may ask often. Raises Refused, and what
        `streaming.backplane.connection.Unavailable` names.
        """
        if not claim.take_over:
            holder = await self._store.holder(camera.pk)
            if holder is not None and holder.session != claim.resume:
                raise Refused(PublishErrorCode.CAMERA_BUSY, holder.publisher)
        self.count_request(camera)

    async def holder(self, camera_id: UUID) -> Lease | None:
        """Who publishes to the camera. Raises what `Unavailable` of the backplane names."""
        return await self._store.holder(camera_id)

    def count_request(self, camera: Camera) -> None:
        """Raises Refused where this camera has asked too much of this process."""
        now_s = time.monotonic()
        if not self._requests.take(camera.pk, now_s):
            self._refusals.count(Limit.NEGOTIATIONS_PER_CAMERA, f"camera {camera.slug}")
            wait_s = self._requests.wait_s(camera.pk, now_s)
            raise Refused(PublishErrorCode.BUSY, retry_after_s=math.ceil(wait_s))

    def upgrade(self, peer: str) -> Publication[Any] | None:
        """The publication of this peer, while its session has another link still."""
        return self._upgrades.get(peer)

    @asynccontextmanager
    async def admit(
        self,
        claim: Claim,
        transport: Transport,
        make_link: MakeLink[L],
        notify_end: NotifyEnd,
        *,
        channel: str = "",
        upgrade: bool = False,
    ) -> AsyncIterator[Publication[L]]:
        """The publication of a claim, to be answered inside; afterwards it runs to its end.

        Whatever fails, inside as well, takes all of it back: lease, session record, link.
        `channel` is where an ingest process hears of it. An `upgrade` goes on with a session that
        publishes over another link, and replaces that one once its own link is open.

        Raises Refused, and what ADMISSION_ERRORS names.
        """
        camera = await self._check(claim)
        async with _RollBack() as roll_back:
            if upgrade:
                session = await self._held_session(claim)
            else:
                session = await self._begin(claim, transport, channel, roll_back)
            publication = Publication(
                claim,
                session,
                transport,
                channel=channel,
                camera=camera,
                demand=self._registry.demand(claim.camera_id),
                backplane=self._backplane,
                refusals=self._refusals,
                make_link=make_link,
                notify_end=notify_end,
            )
            # It closes the session, gives the lease back and closes the link.
            roll_back.replace(self._free, claim, publication)
            if upgrade:
                self._supersede_upgrades(publication)
            else:
                await self._enter(claim, publication)
            yield publication
            if upgrade:
                await self._replace(claim, publication, transport)
            raise_if_cancelled()
            if self._registry.is_stopping:
                raise Refused(PublishErrorCode.UNAVAILABLE)
            self._registry.start(publication)
            roll_back.clear()

    async def _check(self, claim: Claim) -> Camera:
        """The camera, as it is set. Raises Refused unless whoever claims may publish."""
        camera = await database_sync_to_async(access.publishable_camera)(
            claim.identity, claim.camera_id
        )
        if camera is None:
            raise Refused(PublishErrorCode.NOT_ALLOWED)
        return camera

    async def _begin(
        self, claim: Claim, transport: Transport, channel: str, roll_back: _RollBack
    ) -> CaptureSession:
        """The session, resumed or new, of a claim that has the lease."""
        lease = Lease(claim.peer, claim.resume, claim.publisher, channel)
        # Before it is taken: the answer may be lost.
        roll_back.add(self._release, claim, lease)
        await self._take_lease(claim, lease)
        # It may be there although whoever waited for it was cancelled.
        name = f"camera {claim.slug}: session record"
        opening = asyncio.create_task(self._open_session(claim, transport), name=name)
        roll_back.replace(self._give_up, claim, lease, opening)
        return await asyncio.shield(opening)

    async def _held_session(self, claim: Claim) -> CaptureSession:
        """The session that an upgrade goes on with, which publishes over another link still."""
        session = await database_sync_to_async(sessions.get_session)(claim.resume)
        if session is None:
            raise Refused(PublishErrorCode.GONE)
        return session

    async def _enter(self, claim: Claim, publication: Publication[L]) -> None:
        """Let others know of the session, and the former publication that it is over."""
        await self._store.renew(claim.camera_id, publication.lease)
        raise_if_cancelled()
        await self._registry.announce_take_over(claim.camera_id)

    async def _replace(
        self, claim: Claim, publication: Publication[L], transport: Transport
    ) -> None:
        """Take the session over from the link it has, once this one is open."""
        try:
            async with asyncio.timeout(NEGOTIATION_TIMEOUT_S):
                is_open = await publication.opened()
        except TimeoutError:
            is_open = False
        if not is_open:
            raise Refused(PublishErrorCode.UNAVAILABLE)
        self._upgrades.pop(claim.peer, None)
        await self._take_lease(claim, publication.lease)
        # Not before: the session's transport is written, too.
        if await self._resume(claim, transport) is None:
            raise Refused(PublishErrorCode.GONE)
        await self._registry.announce_take_over(claim.camera_id)

    def _supersede_upgrades(self, publication: Publication[Any]) -> None:
        """A session has one upgrade under way: the newest."""
        for other in list(self._upgrades.values()):
            if other.lease.session == publication.lease.session:
                other.end(REPLACED)
        self._upgrades[publication.lease.peer] = publication

    async def _take_lease(self, claim: Claim, lease: Lease) -> None:
        if claim.take_over:
            await self._check_take_over(claim)
        holder = await self._store.claim(claim.camera_id, lease, claim.take_over)
        raise_if_cancelled()
        if holder is not None:
            raise Refused(PublishErrorCode.CAMERA_BUSY, holder.publisher)

    async def _check_take_over(self, claim: Claim) -> None:
        """Raises Refused where others have been sent away too often."""
        holder = await self._store.holder(claim.camera_id)
        raise_if_cancelled()
        if holder is None or holder.session == claim.resume:
            return
        now_s = time.monotonic()
        if not self._take_overs.take(claim.camera_id, now_s):
            self._refusals.count(Limit.TAKE_OVERS_PER_CAMERA, f"camera {claim.slug}")
            wait_s = self._take_overs.wait_s(claim.camera_id, now_s)
            raise Refused(PublishErrorCode.BUSY, retry_after_s=math.ceil(wait_s))

    async def _open_session(self, claim: Claim, transport: Transport) -> CaptureSession:
        if claim.resume and (session := await self._resume(claim, transport)):
            return session
        try:
            return await database_sync_to_async(sessions.open_session)(
                claim.camera_id,
                claim.identity,
                publisher=claim.publisher,
                remote_address=claim.remote_address,
                user_agent=claim.user_agent,
                transport=transport,
            )
        except IntegrityError:
            # The camera or its key was deleted a moment ago.
            raise Refused(PublishErrorCode.NOT_ALLOWED) from None

    async def _resume(self, claim: Claim, transport: Transport) -> CaptureSession | None:
        return await database_sync_to_async(sessions.resume_session)(
            claim.resume, claim.identity, within_s=RESUME_WITHIN_S, transport=transport
        )

    # Roll-back. The lease goes first: a publication that sees it before ends, one that looks later
    # goes on.

    async def _give_up(
        self, claim: Claim, lease: Lease, opening: asyncio.Future[CaptureSession]
    ) -> None:
        await self._release(claim, lease)
        try:
            session = await opening
            if not await self._continues(claim, session.pk):
                await database_sync_to_async(sessions.close_session)(
                    session.pk, EndReason.PEER_FAILED, was_connected=False
                )
        except Refused:
            # There is none to close.
            pass
        except database.Unavailable as error:
            # Whoever looks for abandoned sessions closes it.
            database.outages.note(error)

    async def _free(self, claim: Claim, publication: Publication[L]) -> None:
        self._upgrades.pop(publication.lease.peer, None)
        publication.link.detach()
        was_held = await self._release(claim, publication.lease)
        goes_on = await self._continues(claim, publication.lease.session)
        if was_held and not goes_on:
            # Else the state is that of somebody who publishes.
            publication.write_final_state(EndReason.PEER_FAILED)
        await self._registry.write_end(publication, REPLACED if goes_on else EndReason.PEER_FAILED)
        await publication.link.close()

    async def _release(self, claim: Claim, lease: Lease) -> bool:
        return await self._registry.release(claim.camera_id, lease, f"camera {claim.slug}")

    async def _continues(self, claim: Claim, session: int) -> bool:
        """Whether the session that was to be resumed has another link still."""
        if claim.resume != session:
            return False
        for _ in range(_HOLDER_CHECKS):
            if self._registry.has_running(session):
                return True
            try:
                holder = await self._store.holder(claim.camera_id)
            except Unavailable:
                # If not, whoever looks for abandoned sessions closes it.
                return True
            if holder is not None:
                return holder.session == session
            await asyncio.sleep(_HOLDER_CHECK_EVERY_S)
        return False


def _per_minute(count: int) -> Allowances[UUID]:
    return Allowances(count, count / 60)


class _RollBack:
    """What to do where an admission fails, the newest first; cancelled or not, all of it."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], Awaitable[object]]] = []

    def add(self, undo: Callable[..., Awaitable[object]], *args: object) -> None:
        self._undo.append(partial(undo, *args))

    def replace(self, undo: Callable[..., Awaitable[object]], *args: object) -> None:
        """From here on this alone undoes everything."""
        self.clear()
        self.add(undo, *args)

    def clear(self) -> None:
        self._undo.clear()

    async def __aenter__(self) -> _RollBack:
        return self

    async def __aexit__(self, *_: object) -> None:
        # Not one step of the loop after a success, in which a cancellation could come too late.
        if self._undo:
            await finish("admission: roll-back", self._do())

    async def _do(self) -> None:
        async with AsyncExitStack() as stack:
            for undo in self._undo:
                stack.push_async_callback(undo)
