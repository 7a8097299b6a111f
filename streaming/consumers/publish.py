from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Mapping
from typing import Any, cast

from channels.db import database_sync_to_async
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras import access
from cameras.models import Camera, PublishKey
from streaming import conf
from streaming.consumers.base import NOT_ALLOWED, TIMED_OUT, JsonConsumer, stop
from streaming.domain import messages
from streaming.domain import offer as sdp_offer
from streaming.offers import NOT_SENT, OFFERS, Offer
from streaming.redis import TIMEOUT_S, Unavailable
from streaming.relay import Hub
from streaming.resume import read_resume_token

AUTHENTICATION_TIMEOUT_S = 10.0
ANSWER_TIMEOUT_S = 15.0
_ALIVE_EVERY_S = 2.0

#: What the page says when a session is over, by reason.
ENDS = {
    "stopped": gettext_lazy("The camera has stopped."),
    "taken_over": gettext_lazy("Another page or device publishes to this camera now."),
    "not_allowed": gettext_lazy("You may not publish to this camera any more."),
    "disconnected": gettext_lazy("An operator disconnected this camera."),
    "lost": gettext_lazy("Nothing came from this camera for 30 seconds."),
    "signaling_lost": gettext_lazy("The page was out of touch for 10 seconds."),
    "peer_failed": gettext_lazy("The connection to the server broke."),
    "server_stopped": gettext_lazy("The server restarts. The camera connects again by itself."),
}


class PublishConsumer(JsonConsumer):
    """Signaling of one camera (docs/protocol.md, 2): authenticate, one offer, one answer.

    The peer lives in an ingest process; this socket says every two seconds that it still speaks
    for it.
    """

    max_message_bytes = 16 * 1024
    handlers = {  # noqa: RUF012
        "authenticate": "authenticate",
        "offer": "offer",
        "attach": "attach",
        "bye": "bye",
    }

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self.hub = hub
        self.camera: Camera | None = None
        self._identity: access.Identity | None = None
        self._publisher = ""
        self._waiting: asyncio.Task[None] | None = None
        self._alive: asyncio.Task[None] | None = None
        #: The peer of the newest offer or attach.
        self._asked = ""
        #: Peer and channel of the ingest process that took the offer.
        self._peer: tuple[str, str] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await stop(self._waiting)
            await stop(self._alive)
            if self._peer is not None:
                await self._tell_peer("closed")

    async def connect(self) -> None:
        self.hub.start()
        await self.accept()
        self._waiting = asyncio.create_task(self._authentication_timeout())

    # From the camera

    async def authenticate(self, message: Mapping[str, Any]) -> None:
        if self.camera is not None:
            raise messages.MessageError(_("This socket has authenticated already."))
        key = messages.optional_text(message, "key")
        found = await database_sync_to_async(self._admit)(key)
        await stop(self._waiting)
        if found is None:
            await self.fail(
                "not_allowed",
                _("There is no such camera, or you may not publish to it."),
                NOT_ALLOWED,
            )
            return
        self.camera, self._identity, self._publisher = found
        await self.say(
            "welcome",
            camera={
                name: getattr(self.camera, name)
                for name in (
                    "slug",
                    "name",
                    "width",
                    "height",
                    "frame_rate",
                    "quality",
                    "delivery",
                )
            },
            ice_servers=list(conf.get().ICE_SERVERS),
        )

    async def offer(self, message: Mapping[str, Any]) -> None:
        camera, identity = self._without_peer()
        token = messages.optional_text(message, "resume")
        take_over = messages.flag(message, "take_over")
        try:
            sdp = sdp_offer.clean(messages.text(message, "sdp"))
        except sdp_offer.OfferError as error:
            await self.say("error", code="bad_offer", message=str(error))
            return
        self._asked = uuid.uuid4().hex
        offer = Offer(
            peer=self._asked,
            camera_id=camera.pk,
            identity=identity,
            publisher=self._publisher,
            sdp=sdp,
            resume=read_resume_token(token, camera.pk, identity) if token else 0,
            take_over=take_over,
            remote_address=(self.scope.get("client") or ("",))[0],
            user_agent=dict(self.scope["headers"]).get(b"user-agent", b"").decode("latin1"),
            reply_to=self.channel_name,
            sent_at=self.hub.clock.now_ms(),
        )
        if await self._tell(OFFERS, offer.as_message()):
            self._waiting = asyncio.create_task(self._answer_timeout())

    async def attach(self, message: Mapping[str, Any]) -> None:
        camera, identity = self._without_peer()
        session = read_resume_token(messages.text(message, "resume"), camera.pk, identity)
        try:
            lease = await self.hub.holder(camera.pk) if session else None
        except Unavailable:
            await self._unavailable()
            return
        if lease is None or lease.session != session:
            await self._say_gone()
            return
        self._asked = lease.peer
        self._peer = (lease.peer, lease.channel)
        self._waiting = asyncio.create_task(self._answer_timeout())
        await self._tell(lease.channel, self._about(lease.peer, "attach"))

    async def bye(self, message: Mapping[str, Any]) -> None:
        self._authenticated()
        if self._peer is None:
            await self.close()
        else:
            await self._tell_peer("bye")

    # From the ingest process

    async def ingest_answer(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            # Too late: the camera has been told to try again.
            with contextlib.suppress(*NOT_SENT):
                await self._send(event["ingest"], self._about(event["peer"], "bye"))
            return
        self._peer = (event["peer"], event["ingest"])
        await stop(self._waiting)
        self._alive = asyncio.create_task(self._stay_alive())
        await self.say(
            "answer",
            sdp=event["sdp"],
            session=event["session"],
            resume=event["resume"],
            resumed=event["resumed"],
        )

    async def ingest_attached(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            return
        await stop(self._waiting)
        self._alive = asyncio.create_task(self._stay_alive())
        await self.say("attached", session=event["session"])

    async def ingest_gone(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            return
        await stop(self._waiting)
        self._peer = None
        await self._say_gone()

    async def ingest_refused(self, event: Mapping[str, Any]) -> None:
        if not self._is_awaited(event):
            return
        await stop(self._waiting)
        match event["code"]:
            case "camera_busy":
                await self.say(
                    "error",
                    code="camera_busy",
                    publisher=event["publisher"],
                    message=_(
                        "%(who)s publishes to this camera. Take over, or wait until it stops."
                    )
                    % {"who": event["publisher"]},
                )
            case "not_allowed":
                await self.fail("not_allowed", str(ENDS["not_allowed"]), NOT_ALLOWED)
            case "bad_offer":
                await self.say(
                    "error",
                    code="bad_offer",
                    message=_("The browser's offer could not be read. Reload the page."),
                )
            case _code:
                await self._unavailable()

    async def ingest_ended(self, event: Mapping[str, Any]) -> None:
        if event["peer"] != self._asked:
            return
        await self.say("ended", reason=event["reason"], message=str(ENDS[event["reason"]]))
        await self.close(1000)

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

    def _authenticated(self) -> tuple[Camera, access.Identity]:
        if self.camera is None:
            raise messages.MessageError(_("Authenticate first."))
        return self.camera, cast(access.Identity, self._identity)

    def _without_peer(self) -> tuple[Camera, access.Identity]:
        """For what asks for a peer: a socket speaks for one."""
        who = self._authenticated()
        if self._peer is not None or self._is_waiting():
            raise messages.MessageError(_("This socket has a peer already, or has asked for one."))
        return who

    def _is_awaited(self, event: Mapping[str, Any]) -> bool:
        """Whether this answers what was asked last, and in time."""
        return self._is_waiting() and event["peer"] == self._asked

    def _is_waiting(self) -> bool:
        return self._waiting is not None and not self._waiting.done()

    async def _authentication_timeout(self) -> None:
        await asyncio.sleep(AUTHENTICATION_TIMEOUT_S)
        await self.fail(
            "timeout", _("The camera did not say who it is within 10 seconds."), TIMED_OUT
        )

    async def _answer_timeout(self) -> None:
        await asyncio.sleep(ANSWER_TIMEOUT_S)
        self._peer = None
        await self._unavailable()

    async def _stay_alive(self) -> None:
        while True:
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
            await self._unavailable()
            return False
        return True

    async def _send(self, channel: str, message: dict[str, Any]) -> None:
        # The layer itself waits for a frozen Redis for ever.
        async with asyncio.timeout(TIMEOUT_S):
            await self.channel_layer.send(channel, message)

    async def _unavailable(self) -> None:
        await self.say(
            "error",
            code="unavailable",
            retry_after_s=2,
            message=_("The server cannot take the camera just now. It is tried again."),
        )

    async def _say_gone(self) -> None:
        await self.say("error", code="gone", message=_("The session is over. Make a new offer."))
