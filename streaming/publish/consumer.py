from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, cast

import msgspec
from channels.exceptions import ChannelFull
from redis.exceptions import RedisError

from cameras import database, denials
from cameras.audit import Who
from cameras.errors import reason_of
from cameras.models import Role, Transport
from cameras.secret import digest_of
from streaming import conf
from streaming.backplane.client import Backplane
from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.backplane.layers import SignalingLayer
from streaming.domain.allowance import Allowance
from streaming.domain.limits import Limit
from streaming.domain.sdp import OfferError, clean_offer
from streaming.lanes import AUTHENTICATION
from streaming.protocol import signaling
from streaming.protocol.consumer import JsonConsumer, Refusal
from streaming.protocol.control import CameraPing, CameraReport, Encoders
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.enums import CloseCode, EndReason, PublishErrorCode
from streaming.protocol.facts import CameraFacts
from streaming.protocol.limits import MAX_CAMERA_MESSAGE_BYTES
from streaming.protocol.publish import (
    Answer,
    Attach,
    Attached,
    Authenticate,
    Bye,
    FromCamera,
    IceServer,
    Offer,
    PublishError,
    Stream,
    Streaming,
    Welcome,
)
from streaming.protocol.signaling import Claim
from streaming.publish import words
from streaming.publish.admission import ADMISSION_ERRORS, Admission, Refused, code_of
from streaming.publish.authentication import Authenticated, authenticate, why_refused
from streaming.publish.intake import Intake
from streaming.publish.offers import OFFERS, SEND_ERRORS
from streaming.publish.publication import Publication
from streaming.publish.resume import resume_token
from streaming.publish.socket_link import SocketLink
from streaming.publish.states import Event, SocketStates, State, UnexpectedMessage
from streaming.tasks import connection_task, end_process, stop

P = ParamSpec("P")

logger = logging.getLogger(__name__)

_ALIVE_EVERY_S = 2.0
#: Requests of one socket at once, and in the long run: who waits for a camera asks every 3 s.
MAX_REQUESTS = 10
MAX_REQUESTS_PER_S = 1.0

_EVENTS: Mapping[type[FromCamera], Event] = {
    Authenticate: Event.AUTHENTICATE,
    Offer: Event.OFFER,
    Stream: Event.STREAM,
    Attach: Event.ATTACH,
    Bye: Event.BYE,
    CameraPing: Event.CONTROL,
    CameraReport: Event.CONTROL,
    Encoders: Event.CONTROL,
}


#: What is dear to answer.
_REQUESTS = (Offer, Stream, Attach)


class PublishConsumer(JsonConsumer):
    """One camera's publish socket (docs/protocol.md, 2): signaling, and frames if need be.

    A peer lives in an ingest process; this socket says every two seconds that it still speaks
    for it. Where WebRTC cannot connect, frames come over the socket itself. What is taken when,
    `states` says.
    """

    decoder = Decoder[FromCamera](FromCamera, MAX_CAMERA_MESSAGE_BYTES)

    def __init__(
        self,
        backplane: Backplane,
        admission: Admission,
        start: Callable[[], object],
        count_refusal: Callable[[Limit, str], None],
        refused: Callable[[Who, str, Role], None],
    ) -> None:
        """`start` sees to it that the process's background work runs; `refused` is told who may
        not publish."""
        super().__init__(count_refusal)
        self._refused = refused
        self._backplane = backplane
        self._admission = admission
        self._start = start
        #: Of this socket, whatever becomes of them.
        self._requests = Allowance(MAX_REQUESTS, MAX_REQUESTS_PER_S)
        self._states = SocketStates()
        self._state_changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._alive: asyncio.Task[None] | None = None
        self._who: Authenticated | None = None
        #: The peer of the newest offer or attach.
        self._requested_peer = ""
        #: Peer and channel of the ingest process that took the offer.
        self._peer: tuple[str, str] | None = None
        #: What takes in the frames of this socket.
        self._streaming: Publication[SocketLink] | None = None
        self._link: SocketLink | None = None
        self._is_gone = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except RedisError as error:
            # Not that Redis is away, which is handled where it can happen.
            end_process("Publish socket", error)
            raise
        finally:
            self._is_gone = True
            # Channels cancels its own reader, unless that has just read something.
            cast(SignalingLayer, self.channel_layer).forget(self.channel_name)
            await stop(self._watching)
            await stop(self._alive)
            if self._streaming is not None:
                self._streaming.socket_closed(self.channel_name)
            if self._peer is not None:
                await self._signal_peer(signaling.Closed)

    async def connect(self) -> None:
        self._start()
        await self.accept()
        self._watching = connection_task("publish socket: deadline", self._watch_deadline())

    # From the camera

    async def handle_message(self, message: FromCamera) -> None:
        self._check(_EVENTS[type(message)])
        if self._states.state is State.ENDED:
            return
        if isinstance(message, _REQUESTS) and not self._requests.take(time.monotonic()):
            await self._refuse(PublishErrorCode.BUSY)
            return
        match message:
            case Authenticate():
                await self._authenticate(message)
            case Offer():
                await self._offer(message)
            case Stream():
                await self._stream(message)
            case Attach():
                await self._attach(message)
            case Bye():
                await self._bye()
            case _:
                if self._link is not None and self._link.intake is not None:
                    self._link.intake.act(message)

    def handle_frame(self, data: bytes) -> None:
        self._check(Event.FRAME)
        if self._link is not None:
            self._link.take(data)

    def bad_message(self, sentence: str) -> PublishError:
        return PublishError(PublishErrorCode.BAD_MESSAGE, sentence)

    async def _authenticate(self, message: Authenticate) -> None:
        try:
            who = await self._ask_who(message.key)
        except database.Unavailable:
            await self._refuse(PublishErrorCode.DATABASE_UNAVAILABLE)
            return
        if self._states.state is State.ENDED:
            # That took too long.
            return
        if who is None:
            await self._deny(message.key)
            return
        self._who = who
        self._move(Event.AUTHENTICATE)
        servers = msgspec.convert(conf.get().ICE_SERVERS, tuple[IceServer, ...])
        await self.send_message(Welcome(CameraFacts.of(who.camera), servers))

    async def _deny(self, secret: str | None) -> None:
        address = self.scope["url_route"]["kwargs"]["slug"]
        identity = self.session_identity()
        who = Who.of(identity, self.user.get_username(), self.client_address)
        self._refused(who, address, Role.PUBLISH)
        why = await self._ask_why(why_refused, address, secret, identity)
        await self.refuse(words.denied(why))

    async def _ask_why(
        self, why: Callable[P, denials.Denial | None], *of: P.args, **by: P.kwargs
    ) -> denials.Denial | None:
        """None as well where the database does not say."""
        try:
            return await AUTHENTICATION.run(why, *of, **by)
        except database.Unavailable as error:
            database.outages.note(error)
            return None

    async def _ask_who(self, secret: str | None) -> Authenticated | None:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        user, identity = self.user, self.session_identity()
        # A camera that comes back while the database is away is still known for a while.
        return await database.memory.ask_async(
            ("publish", slug, secret and digest_of(secret), identity),
            lambda: AUTHENTICATION.run(authenticate, slug, secret, user, identity),
        )

    async def _offer(self, message: Offer) -> None:
        try:
            sdp = clean_offer(message.sdp)
        except OfferError as error:
            await self.refuse(PublishError(PublishErrorCode.BAD_OFFER, str(error)))
            return
        claim = self._claim(message)
        if upgraded := self._streaming if self._states.takes_frames else None:
            claim = msgspec.structs.replace(claim, resume=upgraded.intake.session)
        if not await self._may_publish(claim):
            return
        offer = signaling.Offer(
            **msgspec.structs.asdict(claim),
            sdp=sdp,
            upgrade=upgraded is not None,
            sent_at=self._backplane.clock.now_ms(),
        )
        if self._peer is not None:
            # Its upgrade has not come to anything.
            await self._signal_peer(signaling.Bye)
            self._peer = None
        self._move(Event.OFFER)
        await self._send_request(OFFERS, offer)

    async def _stream(self, message: Stream) -> None:
        claim = self._claim(message)
        if not await self._may_publish(claim):
            return
        try:
            async with self._admission.admit(
                claim, Transport.WEBSOCKET, self._make_link, self._notify_end
            ) as publication:
                session = publication.intake.session
                token = resume_token(session, claim.camera_id, claim.identity)
                await self.send_message(Streaming(session, token, resumed=session == claim.resume))
        except Refused as refusal:
            await self._refuse(refusal.code, refusal.publisher, refusal.retry_after_s)
        except ADMISSION_ERRORS as error:
            await self._refuse(code_of(error, claim.slug))
        else:
            self._requested_peer = claim.peer
            self._streaming = publication
            self._move(Event.STREAM)
            self._stay_alive()

    async def _attach(self, message: Attach) -> None:
        who = cast(Authenticated, self._who)
        try:
            self._admission.count_request(who.camera)
        except Refused as refusal:
            await self._refuse(refusal.code, retry_after_s=refusal.retry_after_s)
            return
        session = who.session_of(message.resume)
        try:
            lease = await self._backplane.store.holder(who.camera.pk) if session else None
        except Unavailable:
            await self._refuse(PublishErrorCode.UNAVAILABLE)
            return
        # Without a channel the frames come over another socket, and would go with it.
        if lease is None or lease.session != session or not lease.channel:
            await self._refuse(PublishErrorCode.GONE)
            return
        self._peer = (lease.peer, lease.channel)
        self._move(Event.ATTACH)
        await self._send_request(lease.channel, signaling.Attach(lease.peer, self.channel_name))

    async def _may_publish(self, claim: Claim) -> bool:
        """Whether an answer is worth the work; else the camera is told why not."""
        try:
            await self._admission.check_claim(claim, cast(Authenticated, self._who).camera)
        except Refused as refusal:
            await self._refuse(refusal.code, refusal.publisher, refusal.retry_after_s)
        except Unavailable:
            await self._refuse(PublishErrorCode.UNAVAILABLE)
        else:
            return True
        return False

    async def _bye(self) -> None:
        if self._streaming is not None and self._states.takes_frames:
            self._streaming.end(EndReason.STOPPED)
        elif self._peer is not None:
            await self._signal_peer(signaling.Bye)
        else:
            self._move(Event.BYE)
            await self.close()

    # From an ingest process: Channels calls a method by the type of what it says

    async def from_ingest(self, event: Mapping[str, Any]) -> None:
        self._notice_end()
        message = signaling.from_ingest(event)
        match message:
            case signaling.Ended():
                if message.peer == self._requested_peer:
                    await self._send_ended(message.reason, message.by)
            case signaling.Answered():
                await self._answered(message)
            case signaling.Attached() if self._is_awaited(message):
                self._move(Event.ANSWERED)
                self._stay_alive()
                await self.send_message(Attached(message.session))
            case signaling.Gone() if self._is_awaited(message):
                self._peer = None
                self._move(Event.REFUSED)
                await self._refuse(PublishErrorCode.GONE)
            case signaling.Refused() if self._is_awaited(message):
                self._move(Event.REFUSED)
                await self._refuse(message.code, message.publisher, message.retry_after_s)
            case signaling.Superseded() if message.peer == self._requested_peer:
                self._peer = None
                await self._refuse(PublishErrorCode.SUPERSEDED)

    ingest_answer = ingest_attached = ingest_gone = ingest_refused = ingest_ended = from_ingest
    ingest_superseded = from_ingest

    async def _answered(self, message: signaling.Answered) -> None:
        if not self._is_awaited(message):
            # Too late: the camera has been told to try again.
            with contextlib.suppress(*SEND_ERRORS):
                await self._send(message.ingest, signaling.Bye(message.peer, self.channel_name))
            return
        self._peer = (message.peer, message.ingest)
        self._move(Event.ANSWERED)
        self._stay_alive()
        answer = Answer(message.sdp, message.session, message.resume, message.resumed)
        await self.send_message(answer)

    def _is_awaited(self, message: signaling.FromIngest) -> bool:
        """Whether this answers what was asked last, and in time."""
        return message.peer == self._requested_peer and self._states.expects(Event.ANSWERED)

    # States

    def _check(self, event: Event) -> None:
        """Raises MessageError where a camera may not send this now."""
        self._notice_end()
        try:
            self._states.check(event)
        except UnexpectedMessage as error:
            raise MessageError(str(words.UNEXPECTED[error.why])) from None

    def _move(self, event: Event) -> None:
        if self._states.move(event):
            self._state_changed.set()

    def _notice_end(self) -> None:
        """A publication that another link replaced ends without a word."""
        if self._states.takes_frames and self._streaming and self._streaming.has_ended:
            self._move(Event.STREAM_ENDED)

    async def _watch_deadline(self) -> None:
        while True:
            try:
                async with asyncio.timeout(self._states.timeout_s):
                    await self._state_changed.wait()
            except TimeoutError:
                # At the last moment, it may have moved all the same.
                if not self._state_changed.is_set():
                    await self._expire()
            self._state_changed.clear()

    async def _expire(self) -> None:
        self._peer = None
        self._move(Event.EXPIRED)
        is_over = self._states.state is State.ENDED
        await self._refuse(PublishErrorCode.TIMEOUT if is_over else PublishErrorCode.UNAVAILABLE)

    async def refuse(self, error: Refusal) -> None:
        if error.code.closes:
            self._move(Event.CLOSED)
        await super().refuse(error)

    # Parts

    def _claim(self, message: Offer | Stream) -> Claim:
        return cast(Authenticated, self._who).claim(
            message,
            remote_address=self.client_address,
            user_agent=dict(self.scope["headers"]).get(b"user-agent", b"").decode("latin1"),
            reply_to=self.channel_name,
        )

    def _make_link(self, intake: Intake, _on_closed: Callable[[], None]) -> SocketLink:
        # Its end is the socket's, of which the publication hears by itself.
        self._link = SocketLink(intake, lambda text: self.send(text_data=text))
        return self._link

    def _stay_alive(self) -> None:
        if self._alive is None:
            self._alive = connection_task("publish socket: alive", self._say_alive())

    async def _say_alive(self) -> None:
        while True:
            if self._streaming is not None:
                self._streaming.signaled(self.channel_name)
            if self._peer is not None:
                await self._signal_peer(signaling.Alive)
            await asyncio.sleep(_ALIVE_EVERY_S)

    async def _signal_peer(self, signal: type[signaling.Signal]) -> None:
        peer, channel = cast(tuple[str, str], self._peer)
        label = f"camera {cast(Authenticated, self._who).camera.slug}"
        # Said again in two seconds, and a peer that hears nothing ends by itself.
        try:
            await self._send(channel, signal(peer, self.channel_name))
        except ChannelFull:
            logger.warning("%s: its ingest process is late: %s not said", label, signal.__name__)
        except Unavailable as error:
            logger.debug("%s: %s not said: %s", label, signal.__name__, reason_of(error))

    async def _send_request(
        self, channel: str, message: signaling.Offer | signaling.Attach
    ) -> None:
        """Send a message that is answered."""
        self._requested_peer = message.peer
        try:
            await self._send(channel, message)
        except SEND_ERRORS:
            if isinstance(message, signaling.Attach):
                self._peer = None
            self._move(Event.REFUSED)
            await self._refuse(PublishErrorCode.UNAVAILABLE)

    async def _send(self, channel: str, message: signaling.ToIngest) -> None:
        # The layer itself waits for a frozen Redis for ever.
        async with asyncio.timeout(TIMEOUT_S):
            await self.channel_layer.send(channel, signaling.event_of(message))

    async def _notify_end(self, publication: Publication[Any], reason: EndReason) -> None:
        """The frames of this socket are taken no longer."""
        if self._is_gone:
            return
        # A camera that does not read must not hold up the end.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT_S):
                await self._send_ended(reason, publication.successor)

    async def _send_ended(self, reason: EndReason, by: str) -> None:
        self._move(Event.CLOSED)
        why = None
        if reason is EndReason.NOT_ALLOWED and (who := self._who):
            why = await self._ask_why(denials.of_publisher, who.identity, who.camera.pk)
        await self.send_message(words.ended(reason, by, why))
        await self.close(int(CloseCode.OVER))

    async def _refuse(
        self,
        code: PublishErrorCode,
        publisher: str = "",
        retry_after_s: int = words.RETRY_AFTER_S,
    ) -> None:
        if code is PublishErrorCode.BUSY and self._states.takes_frames:
            # Frames go on without the upgrade.
            code = PublishErrorCode.UNAVAILABLE
        await self.refuse(words.refused(code, publisher, retry_after_s))
