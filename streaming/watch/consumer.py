from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast, get_args
from uuid import UUID

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from cameras import access
from cameras.models import MAX_FRAME_RATE
from streaming.backplane.store import LiveState
from streaming.domain.choice import Asked
from streaming.protocol import messages
from streaming.protocol.consumer import NOT_ALLOWED, JsonConsumer
from streaming.tasks import stop
from streaming.watch.connection import connection, direct_write
from streaming.watch.hub import Hub
from streaming.watch.outlet import Outlet, SendOutlet
from streaming.watch.seat import Seat

#: Cameras on one socket: a wall of eight by eight.
MAX_CAMERAS = 64
#: More than there are.
MAX_CODECS = 16
#: A picture every ten seconds.
MIN_FPS = 0.1


class WatchConsumer(JsonConsumer):
    """One viewer: subscriptions in, states and the newest frames out (docs/protocol.md, 4)."""

    # Frames and changes come through the Hub. A channel layer of its own would cost each viewer a
    # subscription in Redis and an unbounded queue; there is no layer of this name.
    channel_layer_alias = "none"
    max_message_bytes = 4 * 1024
    handlers = {  # noqa: RUF012
        "subscribe": "subscribe",
        "unsubscribe": "unsubscribe",
        "key_frame": "key_frame",
        "report": "report",
        "stages": "stages",
        "ping": "ping",
    }

    hub: Hub

    def __init__(self, hub: Hub, start: Callable[[], object]) -> None:
        """`start` sees to it that the process's background work runs."""
        super().__init__()
        self.hub = hub
        self._start = start
        self.cameras: set[UUID] = set()
        self._slugs: dict[UUID, str] = {}
        self._outlet: Outlet
        self._seats: dict[UUID, Seat] = {}
        self._writing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.hub.remove(self)
            await stop(self._writing)

    async def dispatch(self, message: Any) -> None:
        # Without Channels' look at old database connections, half of what a message costs: those
        # who ask the database here do it by database_sync_to_async, which looks itself.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.identity = self.session_identity()
        self.name = self.user.get_username()
        await self.accept()
        if direct := direct_write(self.scope):
            self._outlet = self.hub.outlets.open(direct)
        else:
            stuck = self.hub.outlets.count_cut_off
            self._outlet = SendOutlet(self.send, connection(self.scope), stuck)
        self._start()
        self.hub.add(self)
        self._writing = asyncio.create_task(self._write(), name="watch socket: outlet")

    async def subscribe(self, message: Mapping[str, Any]) -> None:
        # Too many are told so, below; the size of a message bounds them here.
        slugs = set(messages.texts(message, "cameras", self.max_message_bytes))
        terms = _Terms.of(message)
        for camera_id in self._known(slugs):
            terms.apply(self.seat(camera_id))
            self.hub.choose(self, camera_id)
        slugs -= {self._slugs[camera_id] for camera_id in self.cameras}
        if len(self.cameras) + len(slugs) > MAX_CAMERAS:
            await self.say(
                "error",
                code="too_many",
                message=_("One page shows at most %(most)d cameras.") % {"most": MAX_CAMERAS},
            )
            return
        found = await database_sync_to_async(_watchable)(self.identity, slugs)
        for slug in sorted(slugs - set(found)):
            await self._not_found(slug)
        for slug, camera_id in found.items():
            self._slugs[camera_id] = slug
            terms.apply(self.seat(camera_id))
            await self.hub.join(self, camera_id)

    async def unsubscribe(self, message: Mapping[str, Any]) -> None:
        slugs = set(messages.texts(message, "cameras", MAX_CAMERAS))
        for camera_id in self._known(slugs):
            self.hub.leave(self, camera_id)
            self._seats.pop(camera_id).discard()

    async def key_frame(self, message: Mapping[str, Any]) -> None:
        for camera_id in self._known({messages.text(message, "camera")}):
            self.hub.restart_video(self, camera_id)

    async def report(self, message: Mapping[str, Any]) -> None:
        received = int(messages.number(message, "bytes"))
        latency_ms = messages.optional_number(message, "latency_ms")
        for camera_id in self._known({messages.text(message, "camera")}):
            self.seat(camera_id).window.reported(received, time.monotonic())
            if latency_ms is not None:
                self.hub.reported(self, camera_id, latency_ms)

    async def stages(self, message: Mapping[str, Any]) -> None:
        for camera_id in self._known({messages.text(message, "camera")}):
            if stages := self.hub.stages(camera_id):
                await self.say("stages", camera=self._slugs[camera_id], **asdict(stages))

    async def ping(self, message: Mapping[str, Any]) -> None:
        sent = messages.number(message, "time")
        await self.say("pong", time=sent, server_time=self.hub.now_ms())

    # relay.Viewer

    def seat(self, camera_id: UUID) -> Seat:
        seat = self._seats.get(camera_id)
        if seat is None:
            seat = self._seats[camera_id] = self._outlet.seat()
        return seat

    def show_state(self, camera_id: UUID, state: LiveState) -> None:
        self._post(
            "state",
            camera_id,
            camera=self._slugs[camera_id],
            state=state.state,
            session=state.session or None,
            reason=state.reason or None,
            watching=len(state.watching),
        )

    def drop(self, camera_id: UUID) -> None:
        self._seats.pop(camera_id).discard()
        self._post("error", camera_id, **_not_found(self._slugs[camera_id]))

    def sign_off(self) -> None:
        self._post("error", UUID(int=0), code="not_allowed", message=_("You have signed out."))
        self._outlet.end()

    def _known(self, slugs: set[str]) -> list[UUID]:
        """Those of the subscribed cameras."""
        return [camera_id for camera_id in self.cameras if self._slugs[camera_id] in slugs]

    async def _not_found(self, slug: str) -> None:
        await self.say("error", **_not_found(slug))

    def _post(self, kind: str, camera_id: UUID, **fields: Any) -> None:
        self._outlet.text((kind, camera_id), json.dumps({"type": kind, **fields}))

    async def _write(self) -> None:
        await self._outlet.run()
        await self.close(NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a viewer asks of a camera's frames."""

    fps: float | None
    rendition: Asked
    #: Of video, of which no frame can be left out: none for who wants fewer.
    codecs: tuple[str, ...]

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> _Terms:
        """Raises MessageError."""
        fps = messages.optional_number(message, "fps")
        if fps is not None and not MIN_FPS <= fps <= MAX_FRAME_RATE:
            raise messages.MessageError(_("fps is not between 0.1 and 30."))
        rendition = messages.optional_text(message, "rendition") or "auto"
        if rendition not in get_args(Asked):
            raise messages.MessageError(_("There is no such rendition."))
        codecs = messages.texts(message, "video", MAX_CODECS) if "video" in message else []
        takes_all = fps is None or fps == MAX_FRAME_RATE
        return cls(fps, cast(Asked, rendition), tuple(codecs) if takes_all else ())

    def apply(self, seat: Seat) -> None:
        seat.window.slow_down(self.fps if self.fps != MAX_FRAME_RATE else None)
        seat.choice.asked = self.rendition
        seat.choice.codecs = self.codecs


def _not_found(slug: str) -> dict[str, str]:
    return {
        "code": "not_found",
        "camera": slug,
        "message": _("There is no such camera, or you may not watch it."),
    }


def _watchable(identity: access.Identity, slugs: set[str]) -> dict[str, UUID]:
    # Who it is now: the user of the scope is as old as the socket.
    who = access.actor_of(identity)
    if who is None:
        return {}
    return dict(access.watchable(who).filter(slug__in=slugs).values_list("slug", "pk"))
