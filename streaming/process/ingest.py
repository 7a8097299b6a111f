"""The ingest worker: offers in, answers out, one publisher for each camera."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django import db

from cameras import sessions
from cameras.models import Transport
from streaming import conf
from streaming.backplane.bus import FrameBus
from streaming.backplane.clock import ServerClock
from streaming.backplane.connection import TIMEOUT_S, connect, open_connections
from streaming.backplane.store import AsyncStore, ProcessFacts
from streaming.backplane.writer import StoreWriter
from streaming.domain.sdp import advertise
from streaming.domain.tally import Tally
from streaming.process.housekeeping import keep_clean
from streaming.process.stats import log_stats
from streaming.publish.claim import NOT_SENT, OFFERS, Offer
from streaming.publish.intake import Intake
from streaming.publish.publication import NEGOTIATION_TIMEOUT_S, REPLACED, Publication
from streaming.publish.registry import NOT_TAKEN, Refused, Registry
from streaming.publish.resume import resume_token
from streaming.publish.webrtc.peer import Peer, PeerError

logger = logging.getLogger(__name__)

#: Sessions of which no process said anything for so long were left open by a crash.
ABANDONED_AFTER_S = 60.0
_FACTS_EVERY_S = 1.0


class Ingest:
    """Takes in cameras that come by WebRTC."""

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self._redis = connect()
        self._store = AsyncStore(self._redis)
        self._writer = StoreWriter(self._redis)
        self._bus = FrameBus()
        self._clock = ServerClock()
        self._publishers = Registry(self._store, self._writer, self._bus, self._clock)
        self._layer = cast(Any, get_channel_layer("default"))
        self._channel = ""
        #: What strangers and hostile cameras sent, by class.
        self._refused_packets = Tally()
        self._tasks: asyncio.TaskGroup

    async def run(self) -> None:
        """Serve until cancelled; then every session ends with `server_stopped`."""
        await open_connections(self._redis)
        self._channel = await self._layer.new_channel(OFFERS)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                for work in (
                    self._clock.follow(self._redis),
                    self._writer.run(),
                    self._receive(OFFERS),
                    self._receive(self._channel),
                    self._bus.follow(self._publishers.apply),
                    self._publishers.run(),
                    self._tidy_sessions(),
                    self._tell_facts(),
                    log_stats(self._store),
                    keep_clean(self._store),
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
            publisher = await (self._upgrade(offer) if offer.upgrade else self._admit(offer))
        except Refused as refusal:
            await self._refuse(offer, refusal.code, refusal.publisher)
        except NOT_TAKEN as error:
            logger.warning("camera %s: offer not taken: %s", offer.slug, error)
            await self._refuse(offer, "unavailable")
        else:
            self._publishers.hold(publisher, self._say_end)

    async def _admit(self, offer: Offer) -> Publication:
        publisher = await self._publishers.admit(
            offer, Transport.WEBRTC, self._channel, self._make_peer
        )
        try:
            await self._answer(offer, publisher)
        except BaseException:
            await self._publishers.free(publisher, "peer_failed")
            raise
        return publisher

    async def _upgrade(self, offer: Offer) -> Publication:
        """The publisher of a session that has gone over its socket, once WebRTC stands."""
        codec = await self._publishers.check(offer)
        session = await database_sync_to_async(sessions.get_session)(offer.resume)
        if session is None:
            raise Refused("gone")
        publisher = self._publishers.make(
            offer, session, Transport.WEBRTC, self._channel, self._make_peer, codec
        )
        try:
            await self._answer(offer, publisher)
            async with asyncio.timeout(NEGOTIATION_TIMEOUT_S):
                await cast(Peer, publisher.link).opened()
            await self._publishers.upgrade(offer, publisher, Transport.WEBRTC)
        except TimeoutError:
            await self._publishers.free(publisher, REPLACED)
            raise Refused("unavailable") from None
        except BaseException:
            await self._publishers.free(publisher, REPLACED)
            raise
        return publisher

    def _make_peer(self, intake: Intake, on_closed: Callable[[], None]) -> Peer:
        return Peer(
            ice_servers=conf.get().ICE_SERVERS,
            refused=self._refused_packets,
            udp_ports=conf.get().UDP_PORTS,
            on_frame=intake.frame,
            on_control=intake.control,
            on_closed=on_closed,
        )

    async def _answer(self, offer: Offer, publisher: Publication) -> None:
        """Raises Refused when the offer is no good."""
        session = publisher.intake.session
        try:
            async with asyncio.timeout(NEGOTIATION_TIMEOUT_S):
                sdp = await cast(Peer, publisher.link).answer(offer.sdp)
        except (PeerError, TimeoutError) as error:
            logger.warning("%s: offer refused: %s", publisher.intake.label, error)
            raise Refused("bad_offer") from error
        await self._reply(
            offer.reply_to,
            "answer",
            sdp=advertise(sdp, conf.get().ADVERTISED_ADDRESSES),
            session=session,
            resume=resume_token(session, offer.camera_id, offer.identity),
            resumed=session == offer.resume,
            peer=offer.peer,
            ingest=self._channel,
        )

    async def _say_end(self, publisher: Publication, reason: str) -> None:
        await self._reply(
            publisher.reply_to,
            "ended",
            reason=reason,
            by=publisher.successor,
            peer=publisher.lease.peer,
        )

    async def _refuse(self, offer: Offer, code: str, publisher: str = "") -> None:
        await self._reply(
            offer.reply_to, "refused", code=code, publisher=publisher, peer=offer.peer
        )

    async def _reply(self, channel: str, kind: str, **fields: Any) -> None:
        try:
            # The layer itself waits for a frozen Redis for ever.
            async with asyncio.timeout(TIMEOUT_S):
                await self._layer.send(channel, {"type": f"ingest.{kind}", **fields})
        except NOT_SENT as error:
            # The page asks again by itself, and a peer nobody knows of is freed in 15 s.
            logger.warning("Reply %s not sent: %r", kind, error)

    # What the whole process does

    async def _tidy_sessions(self) -> None:
        while True:
            try:
                await database_sync_to_async(sessions.close_abandoned)(ABANDONED_AFTER_S)
            except db.Error as error:
                logger.warning("Abandoned sessions not closed: %s", error)
            await asyncio.sleep(ABANDONED_AFTER_S)

    async def _tell_facts(self) -> None:
        while True:
            count = len(self._publishers)
            self._writer.process(
                ProcessFacts(
                    self.id,
                    "ingest",
                    publishers=count,
                    peers=count,
                    lost_writes=self._writer.lost,
                    refused=self._publishers.refused,
                    refused_packets=dict(self._refused_packets.total),
                )
            )
            await asyncio.sleep(_FACTS_EVERY_S)

    async def _stop(self) -> None:
        await self._writer.flush()
        await self._redis.aclose()
