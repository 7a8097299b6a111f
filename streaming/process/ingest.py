"""The ingest process: offers in, answers out, one publication for each camera."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from channels.layers import get_channel_layer

from cameras.errors import reason_of
from cameras.models import Transport
from streaming import conf
from streaming.backplane.connection import TIMEOUT_S
from streaming.backplane.facts import ProcessFacts
from streaming.domain.limits import Limit
from streaming.domain.sdp import advertise
from streaming.domain.tally import Tally
from streaming.process.history import History
from streaming.process.housekeeping import (
    close_abandoned,
    keep_clean,
    log_stats,
    prune_audit,
    prune_history,
    prune_sessions,
)
from streaming.process.node import Node
from streaming.protocol import signaling
from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.protocol.signaling import (
    Alive,
    Attach,
    Bye,
    Closed,
    FromIngest,
    Offer,
    Probe,
    Signal,
)
from streaming.publish.admission import ADMISSION_ERRORS, Refused, code_of
from streaming.publish.intake import Intake
from streaming.publish.offers import OFFERS, SEND_ERRORS
from streaming.publish.probes import Full, Probes
from streaming.publish.publication import NEGOTIATION_TIMEOUT_S, Publication
from streaming.publish.resume import resume_token
from streaming.publish.webrtc.guard import NoFreePort
from streaming.publish.webrtc.peer import Peer, PeerError
from streaming.tasks import Tasks, Work

logger = logging.getLogger(__name__)

_ADMISSION_ERRORS: tuple[type[Exception], ...] = (*ADMISSION_ERRORS, NoFreePort)


class IngestNode(Node):
    """Takes in cameras that come by WebRTC."""

    role = "ingest"

    def __init__(self) -> None:
        super().__init__()
        self._layer = cast(Any, get_channel_layer("default"))
        #: Offers that are looked at.
        self._offers = 0
        #: Of this process on the `default` layer; "" before it runs.
        self._channel = ""
        self._tasks = Tasks("signaling")
        #: What strangers and hostile cameras sent, by class.
        self._refused_packets = Tally()
        self._history = History(self.backplane, self.id)
        self._probes = Probes(self._refused_packets, self.backplane.clock)

    async def run(self) -> None:
        self._channel = await self._layer.new_channel(OFFERS)
        await super().run()

    def work(self) -> dict[str, Work]:
        store = self.backplane.store
        return {
            **super().work(),
            "offers": self._receive(OFFERS),
            "signals": self._receive(self._channel),
            "signaling": self._tasks.run(),
            "abandoned sessions": close_abandoned(),
            "old sessions": prune_sessions(),
            "old audit log": prune_audit(),
            "old history": prune_history(),
            **self._history.work(),
            "stats": log_stats(store),
            "clean-up": keep_clean(store),
        }

    def facts(self) -> ProcessFacts:
        return replace(
            super().facts(),
            peers=len(self.registry),
            refused_packets=dict(self._refused_packets.total),
            lost_minutes=self._history.lost,
        )

    async def _receive(self, channel: str) -> None:
        while True:
            self._handle(await self._layer.receive(channel))

    def _handle(self, event: Mapping[str, Any]) -> None:
        match signaling.to_ingest(event):
            case Offer() as offer:
                self._tasks.start(f"offer {offer.slug}", self._publish(offer))
            case Probe() as probe:
                self._tasks.start("doctor's test connection", self._probe(probe))
            case None:
                logger.debug("A message of type %s is not known", event.get("type"))
            case signal:
                self._tasks.start(event["type"], self._signal(signal))

    async def _signal(self, signal: Signal) -> None:
        publication = self.registry.get(signal.peer) or self.admission.upgrade(signal.peer)
        match signal:
            case Attach() if publication is None:
                await self._reply(signal.reply_to, signaling.Gone(peer=signal.peer), signal.peer)
            case _ if publication is None:
                pass
            case Bye():
                publication.end(EndReason.STOPPED)
            case Closed() if self.admission.upgrade(signal.peer):
                # The session's frames came over that socket.
                publication.end(EndReason.SIGNALING_LOST)
            case Closed():
                publication.socket_closed(signal.reply_to)
            case Alive():
                publication.signaled(signal.reply_to)
            case Attach():
                before, label = publication.attach(signal.reply_to), publication.label
                if before != signal.reply_to:
                    await self._reply(before, signaling.Superseded(peer=signal.peer), label)
                attached = signaling.Attached(peer=signal.peer, session=publication.intake.session)
                await self._reply(signal.reply_to, attached, label)

    async def _publish(self, offer: Offer) -> None:
        """Admit the camera of an offer, and answer."""
        if self.backplane.clock.now_ms() - offer.sent_at > NEGOTIATION_TIMEOUT_S * 1000:
            return
        if self._under_way >= conf.get().NEGOTIATIONS:
            self.refusals.count(Limit.NEGOTIATIONS, f"camera {offer.slug}")
            await self._refuse(offer, Refused(PublishErrorCode.BUSY))
            return
        self._offers += 1
        try:
            await self._admit(offer)
        except Refused as refusal:
            await self._refuse(offer, refusal)
        except _ADMISSION_ERRORS as error:
            await self._refuse(offer, Refused(code_of(error, offer.slug)))
        finally:
            self._offers -= 1

    async def _probe(self, probe: Probe) -> None:
        """Hold the server's end of a test connection, for as long as a check takes."""
        if self.backplane.clock.now_ms() - probe.sent_at > NEGOTIATION_TIMEOUT_S * 1000:
            return
        label = "the doctor's test connection"
        try:
            async with self._probes.take(probe.sdp) as (sdp, ended):
                answer = signaling.Probed(
                    peer=probe.peer, sdp=advertise(sdp, conf.get().ADVERTISED_ADDRESSES)
                )
                await self._reply(probe.reply_to, answer, label)
                await ended()
        except Full:
            self.refusals.count(Limit.DOCTOR_CHECKS, label)
            refused = signaling.Refused(peer=probe.peer, code=PublishErrorCode.BUSY)
            await self._reply(probe.reply_to, refused, label)
        except (PeerError, NoFreePort, TimeoutError) as error:
            logger.warning("%s: offer refused: %s", label, reason_of(error))
            refused = signaling.Refused(peer=probe.peer, code=PublishErrorCode.UNAVAILABLE)
            await self._reply(probe.reply_to, refused, label)

    @property
    def _under_way(self) -> int:
        """Negotiations: offers that are not answered, and peers that are not open yet."""
        return self._offers + sum(not publication.link.is_open for publication in self.registry)

    async def _admit(self, offer: Offer) -> None:
        """Raises Refused, and what _ADMISSION_ERRORS names."""
        async with self.admission.admit(
            offer,
            Transport.WEBRTC,
            self._make_peer,
            self._notify_end,
            channel=self._channel,
            upgrade=offer.upgrade,
        ) as publication:
            await self._answer(offer, publication)

    def _make_peer(self, intake: Intake, on_closed: Callable[[], None]) -> Peer:
        return Peer(
            ice_servers=conf.get().ICE_SERVERS,
            refused=self._refused_packets,
            udp_ports=conf.get().UDP_PORTS,
            label=intake.label,
            on_frame=intake.frame,
            on_control=intake.control,
            on_closed=on_closed,
        )

    async def _answer(self, offer: Offer, publication: Publication[Peer]) -> None:
        """Raises Refused when the offer is no good."""
        session = publication.intake.session
        try:
            async with asyncio.timeout(NEGOTIATION_TIMEOUT_S):
                sdp = await publication.link.answer(offer.sdp)
        except (PeerError, TimeoutError) as error:
            logger.warning("%s: offer refused: %s", publication.label, reason_of(error))
            raise Refused(PublishErrorCode.BAD_OFFER) from error
        answer = signaling.Answered(
            peer=offer.peer,
            sdp=advertise(sdp, conf.get().ADVERTISED_ADDRESSES),
            session=session,
            resume=resume_token(session, offer.camera_id, offer.identity),
            resumed=session == offer.resume,
            ingest=self._channel,
        )
        await self._reply(offer.reply_to, answer, publication.label)

    async def _notify_end(self, publication: Publication[Any], reason: EndReason) -> None:
        ended = signaling.Ended(
            peer=publication.lease.peer, reason=reason, by=publication.successor
        )
        await self._reply(publication.reply_to, ended, publication.label)

    async def _refuse(self, offer: Offer, refusal: Refused) -> None:
        refused = signaling.Refused(
            peer=offer.peer,
            code=refusal.code,
            publisher=refusal.publisher,
            retry_after_s=refusal.retry_after_s,
        )
        await self._reply(offer.reply_to, refused, f"camera {offer.slug}")

    async def _reply(self, channel: str, message: FromIngest, label: str) -> None:
        try:
            # The layer itself waits for a frozen Redis for ever.
            async with asyncio.timeout(TIMEOUT_S):
                await self._layer.send(channel, signaling.event_of(message))
        except SEND_ERRORS as error:
            # The page asks again by itself, and a peer nobody knows of is freed in 15 s.
            logger.warning(
                "%s: reply %s not sent: %s", label, type(message).__name__, reason_of(error)
            )
