from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from cameras import access
from cameras.models import Camera, PublishKey, Transport
from streaming import conf
from streaming.backplane.client import Backplane
from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.domain import offer as sdp_offer
from streaming.protocol import control
from streaming.protocol.consumer import JsonConsumer
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
from streaming.publish import words as publish_words
from streaming.publish.admission import NOT_TAKEN, Admission, Refused
from streaming.publish.claim import NOT_SENT, OFFERS, Claim
from streaming.publish.claim import Offer as ClaimedOffer
from streaming.publish.intake import Intake
from streaming.publish.publication import Publication
from streaming.publish.resume import read_resume_token, resume_token
from streaming.publish.socket_link import SocketLink
from streaming.tasks import stop

logger = logging.getLogger(__name__)

AUTHENTICATION_TIMEOUT_S = 10.0
ANSWER_TIMEOUT_S = 15.0
_ALIVE_EVERY_S = 2.0


class PublishConsumer(JsonConsumer):
    """One camera's publish socket (docs/protocol.md, 2): signaling, and frames if need be.

    A peer lives in an ingest process; this socket says every two seconds that it still speaks
    for it. Where WebRTC cannot connect, frames come over the socket itself.
    """

    decoder = Decoder[FromCamera](FromCamera, MAX_CAMERA_MESSAGE_BYTES)

    def __init__(
        self, backplane: Backplane, admission: Admission, start: Callable[[], object]
    ) -> None:
        """`start` sees to it that the process's background work runs."""
        super().__init__()
        self._backplane = backplane
        self._admission = admission
        self._start = start
        self.camera: Camera | None = None
        self._identity: access.Identity | None = None
        self._publisher = ""
        self._waiting: asyncio.Task[None] | None = None
        self._alive: asyncio.Task[None] | None = None
        #: The peer of the newest offer or attach.
        self._asked = ""
        #: Peer and channel of the ingest process that took the offer.
        self._peer: tuple[str, str] | None = None
        #: What takes in the frames of this socket.
        self._streaming: Publication[SocketLink] | None = None
        self._link: SocketLink | None = None
        self._is_gone = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._is_gone = True
            await stop(self._waiting)
            await stop(self._alive)
            if self._streaming is not None:
                self._streaming.socket_closed(self.channel_name)
            if self._peer is not None:
                await self._tell_peer("closed")

    async def connect(self) -> None:
        self._start()
        await self.accept()
        self._waiting = asyncio.create_task(
            self._authentication_timeout(), name="publish socket: authentication deadline"
        )

    # From the camera

    async def heard(self, message: FromCamera) -> None:
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
                self._beat(message)

    def bad_message(self, sentence: str) -> PublishError:
        return PublishError(PublishErrorCode.BAD_MESSAGE, sentence)

    async def _authenticate(self, message: Authenticate) -> None:
        if self.camera is not None:
            raise MessageError(_("This socket has authenticated already."))
        found = await database_sync_to_async(self._admit)(message.key)
        await stop(self._waiting)
        if found is None:
            sentence = _("There is no such camera, or you may not publish to it.")
            await self.refuse(PublishError(PublishErrorCode.NOT_ALLOWED, sentence))
            return
        self.camera, self._identity, self._publisher = found
        servers = msgspec.convert(conf.get().ICE_SERVERS, tuple[IceServer, ...])
        await self.say(Welcome(CameraFacts.of(self.camera), servers))

    async def _offer(self, message: Offer) -> None:
        claim = self._claim(message)
        try:
            sdp = sdp_offer.clean(message.sdp)
        except sdp_offer.OfferError as error:
            await self.refuse(PublishError(PublishErrorCode.BAD_OFFER, str(error)))
            return
        upgraded = self._streaming if self._is_streaming else None
        if upgraded:
            claim["resume"] = upgraded.intake.session
        self._asked = claim["peer"]
        offer = ClaimedOffer(
            **claim, sdp=sdp, upgrade=bool(upgraded), sent_at=self._backplane.clock.now_ms()
        )
        if await self._tell(OFFERS, offer.as_message()):
            self._await_answer()

    async def _stream(self, message: Stream) -> None:
        if self._is_streaming:
            raise MessageError(_("This socket takes frames already."))
        claim = Claim(**self._claim(message))
        try:
            async with self._admission.admit(
                claim, Transport.WEBSOCKET, self._make_link, self._tell_end
            ) as publication:
                self._asked = claim.peer
                self._streaming = publication
                session = publication.intake.session
                token = resume_token(session, claim.camera_id, claim.identity)
                await self.say(Streaming(session, token, resumed=session == claim.resume))
        except Refused as refusal:
            await self._refuse(refusal.code, refusal.publisher)
        except NOT_TAKEN as error:
            logger.warning("camera %s: stream not taken: %r", claim.slug, error)
            await self._refuse("unavailable")
        else:
            self._stay_alive()

    def frame(self, data: bytes) -> None:
        if self._link is None:
            super().frame(data)
        else:
            self._link.take(data)

    def _beat(self, message: control.FromCamera) -> None:
        if self._link is None:
            raise MessageError(_("No frames come over this socket."))
        if self._link.intake is not None:
            self._link.intake.act(message)

    async def _attach(self, message: Attach) -> None:
        camera, identity = self._without_peer()
        session = read_resume_token(message.resume, camera.pk, identity)
        try:
            lease = await self._backplane.store.holder(camera.pk) if session else None
        except Unavailable:
            await self._refuse("unavailable")
            return
        # Without a channel the frames come over another socket, and would go with it.
        if lease is None or lease.session != session or not lease.channel:
            await self._refuse("gone")
            return
        self._asked = lease.peer
        self._peer = (lease.peer, lease.channel)
        self._await_answer()
        await self._tell(lease.channel, self._about(lease.peer, "attach"))

    async def _bye(self) -> None:
        self._authenticated()
        if self._streaming is not None and self._is_streaming:
            self._streaming.end("stopped")
        elif self._peer is not None:
            await self._tell_peer("bye")
        else:
            await self.close()

    # From the ingest process

    async def ingest_answer(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            # Too late: the camera has been told to try again.
            with contextlib.suppress(*NOT_SENT):
                await self._send(event["ingest"], self._about(event["peer"], "bye"))
            return
        self._peer = (event["peer"], event["ingest"])
        await stop(self._waiting)
        self._stay_alive()
        fields = ("sdp", "session", "resume", "resumed")
        await self.say(Answer(**{name: event[name] for name in fields}))

    async def ingest_attached(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            return
        await stop(self._waiting)
        self._stay_alive()
        await self.say(Attached(event["session"]))

    async def ingest_gone(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            return
        await stop(self._waiting)
        self._peer = None
        await self._refuse("gone")

    async def ingest_refused(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            return
        await stop(self._waiting)
        await self._refuse(event["code"], event["publisher"])

    async def ingest_ended(self, event: Mapping[str, Any]) -> None:
        if event["peer"] == self._asked:
            await self._say_ended(event["reason"], event["by"])

    # Parts

    def _admit(self, secret: str | None) -> tuple[Camera, access.Identity, str] | None:
        """The camera of this socket with who publishes to it; None without the right."""
        slug = self.scope["url_route"]["kwargs"]["slug"]
        camera = Camera.objects.filter(slug=slug).first()
        who: access.Who
        if secret is None:
            who, name = self.user, self.user.get_username()
            identity = self.session_identity()
        else:
            key = PublishKey.find(secret)
            if key is None:
                return None
            identity = access.Identity(user_id=None, session_key=None, key_id=key.pk)
            who, name = key, key.name
        if camera is None or not access.can_publish(who, camera):
            return None
        return camera, identity, name

    def _claim(self, message: Offer | Stream) -> dict[str, Any]:
        """What a Claim says, of an `offer` or `stream`."""
        camera, identity = self._without_peer()
        token = message.resume
        return {
            "peer": uuid.uuid4().hex,
            "camera_id": camera.pk,
            "slug": camera.slug,
            "identity": identity,
            "publisher": self._publisher,
            "resume": read_resume_token(token, camera.pk, identity) if token else 0,
            "take_over": bool(message.take_over),
            "remote_address": (self.scope.get("client") or ("",))[0],
            "user_agent": dict(self.scope["headers"]).get(b"user-agent", b"").decode("latin1"),
            "reply_to": self.channel_name,
        }

    def _make_link(self, intake: Intake, _on_closed: Callable[[], None]) -> SocketLink:
        # Its end is the socket's, of which the publication hears by itself.
        self._link = SocketLink(intake, lambda text: self.send(text_data=text))
        return self._link

    def _authenticated(self) -> tuple[Camera, access.Identity]:
        if self.camera is None:
            raise MessageError(_("Authenticate first."))
        return self.camera, cast(access.Identity, self._identity)

    def _without_peer(self) -> tuple[Camera, access.Identity]:
        """For what asks for a peer: a socket speaks for one."""
        who = self._authenticated()
        if (self._peer is not None and not self._is_streaming) or self._is_waiting():
            raise MessageError(_("This socket has a peer already, or has asked for one."))
        return who

    @property
    def _is_streaming(self) -> bool:
        return self._streaming is not None and not self._streaming.has_ended

    def _is_awaited(self, event: Mapping[str, Any]) -> bool:
        """Whether this answers what was asked last, and in time."""
        return self._is_waiting() and event["peer"] == self._asked

    def _is_waiting(self) -> bool:
        return self._waiting is not None and not self._waiting.done()

    async def _authentication_timeout(self) -> None:
        await asyncio.sleep(AUTHENTICATION_TIMEOUT_S)
        await self._refuse(PublishErrorCode.TIMEOUT)

    def _await_answer(self) -> None:
        self._waiting = asyncio.create_task(
            self._answer_timeout(), name="publish socket: answer deadline"
        )

    async def _answer_timeout(self) -> None:
        await asyncio.sleep(ANSWER_TIMEOUT_S)
        self._peer = None
        await self._refuse("unavailable")

    def _stay_alive(self) -> None:
        if self._alive is None:
            self._alive = asyncio.create_task(self._say_alive(), name="publish socket: alive")

    async def _say_alive(self) -> None:
        while True:
            if self._streaming is not None:
                self._streaming.signaled(self.channel_name)
            if self._peer is not None:
                await self._tell_peer("alive")
            await asyncio.sleep(_ALIVE_EVERY_S)

    async def _tell_peer(self, kind: str) -> None:
        peer, channel = cast(tuple[str, str], self._peer)
        # Said again in two seconds, and a peer that hears nothing ends by itself.
        with contextlib.suppress(*NOT_SENT):
            await self._send(channel, self._about(peer, kind))

    def _about(self, peer: str, kind: str) -> dict[str, Any]:
        return {"type": kind, "peer": peer, "reply_to": self.channel_name}

    async def _tell(self, channel: str, message: dict[str, Any]) -> bool:
        try:
            await self._send(channel, message)
        except NOT_SENT:
            await self._refuse("unavailable")
            return False
        return True

    async def _send(self, channel: str, message: dict[str, Any]) -> None:
        # The layer itself waits for a frozen Redis for ever.
        async with asyncio.timeout(TIMEOUT_S):
            await self.channel_layer.send(channel, message)

    async def _tell_end(self, publication: Publication[Any], reason: str) -> None:
        """The frames of this socket are taken no longer."""
        if self._is_gone:
            return
        # A camera that does not read must not hold up the end.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIMEOUT_S):
                await self._say_ended(reason, publication.successor)

    async def _say_ended(self, reason: str, by: str) -> None:
        await self.say(publish_words.ended(EndReason(reason), by))
        await self.close(int(CloseCode.OVER))

    async def _refuse(self, code: str, publisher: str = "") -> None:
        await self.refuse(publish_words.refused(PublishErrorCode(code), publisher))
