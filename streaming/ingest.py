"""The ingest worker: offers in, answers out, one Publisher per camera."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Mapping
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import Error as DatabaseError
from django.utils import timezone

from cameras import access, sessions
from cameras.models import CaptureSession
from streaming import conf
from streaming.bus import Change, FrameBus
from streaming.clock import ServerClock
from streaming.intake import Intake, Totals
from streaming.offers import NOT_SENT, OFFERS, Offer
from streaming.peer import Peer, PeerError
from streaming.publisher import NEGOTIATION_TIMEOUT_S, REPLACED, Publisher
from streaming.redis import TIMEOUT_S, Unavailable, connect
from streaming.resume import resume_token
from streaming.stats import log_stats
from streaming.store import AsyncStore, Lease, ProcessFacts
from streaming.store_writer import StoreWriter

logger = logging.getLogger(__name__)

#: A session may be gone on with for so long after its last sign of life.
RESUME_WITHIN_S = 30.0
#: Sessions of which no process said anything for so long were left open by a crash.
ABANDONED_AFTER_S = 60.0
#: Rights are asked again, whatever was announced.
RECHECK_S = 10.0
_FACTS_EVERY_S = 1.0
_RECORD_EVERY_S = 10.0

NOT_TAKEN: tuple[type[Exception], ...] = (*Unavailable, DatabaseError)


class Ingest:
    """Holds this process' publishers."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self._redis = connect()
        self._store = AsyncStore(self._redis)
        self._writer = StoreWriter(self._redis)
        self._bus = FrameBus()
        self._clock = ServerClock()
        self._layer = cast(Any, get_channel_layer("default"))
        self._channel = ""
        self._publishers: dict[str, Publisher] = {}
        self._tasks: asyncio.TaskGroup

    async def run(self) -> None:
        """Serve until cancelled; then every session ends with `server_stopped`."""
        self._channel = await self._layer.new_channel(OFFERS)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                for work in (
                    self._clock.follow(self._redis),
                    self._writer.run(),
                    self._receive(OFFERS),
                    self._receive(self._channel),
                    self._bus.follow(self._apply),
                    self._recheck(),
                    self._record_totals(),
                    self._tidy_sessions(),
                    self._tell_facts(),
                    log_stats(self._store),
                ):
                    self._tasks.create_task(work)
        finally:
            await self._stop()

    async def _receive(self, channel: str) -> None:
        while True:
            self._handle(await self._layer.receive(channel))

    def _handle(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case "offer":
                self._tasks.create_task(self._publish(Offer.from_message(message)))
            case "alive" | "attach" | "bye" | "closed" as kind:
                self._tasks.create_task(self._signal(kind, message))

    async def _signal(self, kind: str, message: Mapping[str, Any]) -> None:
        publisher = self._publishers.get(message["peer"])
        if publisher is None:
            if kind == "attach":
                await self._reply(message["reply_to"], "gone", peer=message["peer"])
        elif kind == "bye":
            publisher.end("stopped")
        elif kind == "closed":
            publisher.socket_closed(message["reply_to"])
        else:
            publisher.signaled(message["reply_to"])
            if kind == "attach":
                await self._reply(
                    message["reply_to"],
                    "attached",
                    session=publisher.intake.session,
                    peer=publisher.lease.peer,
                )

    # One publisher

    async def _publish(self, offer: Offer) -> None:
        """Answer an offer and take its frames in to the end."""
        if self._clock.now_ms() - offer.sent_at > NEGOTIATION_TIMEOUT_S * 1000:
            return
        try:
            publisher = await self._admit(offer)
        except NOT_TAKEN as error:
            logger.warning("camera %s: offer not taken: %s", offer.camera_id, error)
            await self._refuse(offer, "unavailable", retry_after_s=2)
            return
        if publisher is None:
            return
        self._publishers[publisher.lease.peer] = publisher
        logger.info("%s: %s publishes", publisher.intake.label, publisher.lease.publisher)
        reason = "server_stopped"
        try:
            reason = await publisher.run()
        finally:
            # Shielded: what a stop cancels is the waiting, not the tidying up.
            await asyncio.shield(self._leave(publisher, reason))

    async def _admit(self, offer: Offer) -> Publisher | None:
        """The publisher of an offer, answered; None when the camera was told why not."""
        if not await database_sync_to_async(access.still_may_publish)(
            offer.identity, offer.camera_id
        ):
            await self._refuse(offer, "not_allowed")
            return None
        lease = Lease(offer.peer, offer.resume, offer.publisher, self._channel)
        holder = await self._store.claim(offer.camera_id, lease, offer.take_over)
        if holder is not None:
            await self._refuse(offer, "camera_busy", publisher=holder.publisher)
            return None
        try:
            return await self._answer(offer)
        except BaseException:
            # A camera must not be kept from its next attempt by its own lease.
            with contextlib.suppress(*Unavailable):
                await self._store.release(offer.camera_id, lease)
            raise

    async def _answer(self, offer: Offer) -> Publisher | None:
        session, resumed = await self._open_session(offer)
        lease = Lease(offer.peer, session.pk, offer.publisher, self._channel)
        await self._store.renew(offer.camera_id, lease)
        taken_over = Change("taken_over", offer.camera_id)
        # At once where this process holds the former publisher; the others hear it on the bus.
        await self._apply(taken_over)
        await self._bus.announce(taken_over)
        publisher = self._make_publisher(offer, lease, session)
        try:
            async with asyncio.timeout(NEGOTIATION_TIMEOUT_S):
                sdp = await publisher.peer.answer(offer.sdp)
        except (PeerError, TimeoutError) as error:
            logger.warning("%s: offer refused: %s", publisher.intake.label, error)
            await self._refuse(offer, "bad_offer")
            await self._free(publisher, "peer_failed")
            return None
        except BaseException:
            await publisher.peer.close()
            raise
        await self._reply(
            offer.reply_to,
            "answer",
            sdp=sdp,
            session=session.pk,
            resume=resume_token(session.pk, offer.camera_id, offer.identity),
            resumed=resumed,
            peer=offer.peer,
            ingest=self._channel,
        )
        return publisher

    async def _open_session(self, offer: Offer) -> tuple[CaptureSession, bool]:
        if offer.resume:
            session = await database_sync_to_async(sessions.resume_session)(
                offer.resume, offer.identity, within_s=RESUME_WITHIN_S
            )
            if session is not None:
                return session, True
        opened = await database_sync_to_async(sessions.open_session)(
            offer.camera_id,
            offer.identity,
            publisher=offer.publisher,
            remote_address=offer.remote_address,
            user_agent=offer.user_agent,
            transport="webrtc",
        )
        return opened, False

    def _make_publisher(self, offer: Offer, lease: Lease, session: CaptureSession) -> Publisher:
        publisher: Publisher
        intake = Intake(
            camera_id=offer.camera_id,
            session=session.pk,
            totals=Totals(session.frames, session.bytes, session.dropped),
            bus=self._bus,
            writer=self._writer,
            clock=self._clock,
            send=lambda text: publisher.peer.send_control(text),
        )
        peer = Peer(
            ice_servers=conf.get().ICE_SERVERS,
            on_frame=intake.frame,
            on_control=intake.control,
            on_closed=lambda: publisher.peer_closed(),
        )
        publisher = Publisher(
            lease=lease,
            offer=offer,
            intake=intake,
            peer=peer,
            store=self._store,
            writer=self._writer,
            now_ms=self._clock.now_ms,
            started=session.started,
        )
        return publisher

    async def _leave(self, publisher: Publisher, reason: str) -> None:
        """Tell the page of the end, and free what the publisher held."""
        self._publishers.pop(publisher.lease.peer, None)
        logger.info("%s: ended: %s", publisher.intake.label, reason)
        if reason != REPLACED:
            await self._reply(publisher.reply_to, "ended", reason=reason, peer=publisher.lease.peer)
        await self._free(publisher, reason)

    async def _free(self, publisher: Publisher, reason: str) -> None:
        publisher.peer.detach()
        publisher.write_off(reason)
        if reason != REPLACED:
            await self._close_session(publisher, reason)
        # Last: a camera that has vanished makes it wait.
        await publisher.peer.close()

    async def _close_session(self, publisher: Publisher, reason: str) -> None:
        label = publisher.intake.label
        try:
            await database_sync_to_async(sessions.close_session)(
                publisher.intake.session, reason, **_totals(publisher)
            )
        except DatabaseError as error:
            logger.error("%s: end not written: %s", label, error)
        try:
            # The client itself tries several times.
            async with asyncio.timeout(TIMEOUT_S):
                await self._store.release(publisher.camera_id, publisher.lease)
        except Unavailable as error:
            logger.warning("%s: lease left to run out: %r", label, error)

    async def _refuse(self, offer: Offer, code: str, **fields: Any) -> None:
        await self._reply(offer.reply_to, "refused", code=code, peer=offer.peer, **fields)

    async def _reply(self, channel: str, kind: str, **fields: Any) -> None:
        try:
            # The layer itself waits for a frozen Redis for ever.
            async with asyncio.timeout(TIMEOUT_S):
                await self._layer.send(channel, {"type": f"ingest.{kind}", **fields})
        except NOT_SENT as error:
            # The page asks again by itself, and a peer nobody knows of is freed in 15 s.
            logger.warning("Reply %s not sent: %r", kind, error)

    # What the whole process does

    async def _apply(self, change: Change) -> None:
        concerned = [
            publisher
            for publisher in self._publishers.values()
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
            await self._check_rights(list(self._publishers.values()))

    async def _check_rights(self, publishers: list[Publisher]) -> None:
        for publisher in publishers:
            try:
                allowed = await database_sync_to_async(access.still_may_publish)(
                    publisher.identity, publisher.camera_id
                )
            except DatabaseError as error:
                logger.warning("%s: rights not asked: %s", publisher.intake.label, error)
                continue
            if not allowed:
                publisher.end("not_allowed")

    async def _record_totals(self) -> None:
        """Beside the publishers: a slow database must not make a camera look lost."""
        while True:
            await asyncio.sleep(_RECORD_EVERY_S)
            for publisher in list(self._publishers.values()):
                try:
                    await database_sync_to_async(sessions.record)(
                        publisher.intake.session, **_totals(publisher)
                    )
                except DatabaseError as error:
                    logger.warning("%s: totals not written: %s", publisher.intake.label, error)

    async def _tidy_sessions(self) -> None:
        while True:
            try:
                await database_sync_to_async(sessions.close_abandoned)(ABANDONED_AFTER_S)
            except DatabaseError as error:
                logger.warning("Abandoned sessions not closed: %s", error)
            await asyncio.sleep(ABANDONED_AFTER_S)

    async def _tell_facts(self) -> None:
        while True:
            count = len(self._publishers)
            self._writer.process(ProcessFacts(self.id, "ingest", publishers=count, peers=count))
            await asyncio.sleep(_FACTS_EVERY_S)

    async def _stop(self) -> None:
        await self._writer.flush()
        await self._redis.aclose()


def _totals(publisher: Publisher) -> dict[str, Any]:
    totals = publisher.intake.totals
    lasted_s = (timezone.now() - publisher.started).total_seconds()
    return {
        "frames": totals.frames,
        "bytes": totals.bytes,
        "dropped": totals.dropped,
        "mean_fps": round(totals.frames / max(lasted_s, 1.0), 1),
        "latency_ms": round(publisher.intake.uplink_ms, 1),
    }
