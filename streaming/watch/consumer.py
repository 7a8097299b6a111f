from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias
from uuid import UUID

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from django.utils.translation import gettext as _

from cameras import database, denials
from cameras.identity import Identity
from streaming.backplane.store import LiveState
from streaming.domain.choice import Asked
from streaming.protocol.consumer import JsonConsumer
from streaming.protocol.control import Pong
from streaming.protocol.decode import Decoder
from streaming.protocol.enums import CloseCode, Denial, WatchErrorCode
from streaming.protocol.facts import ListedCamera
from streaming.protocol.limits import IDLE_TIMEOUT_S, MAX_CAMERAS, MAX_FPS, MAX_VIEWER_MESSAGE_BYTES
from streaming.protocol.watch import (
    AskKeyFrame,
    AskStages,
    Cameras,
    CameraState,
    Follow,
    FromViewer,
    Stages,
    Subscribe,
    ToViewer,
    Unsubscribe,
    ViewerPing,
    ViewerReport,
    WatchError,
)
from streaming.tasks import connection_task, stop
from streaming.watch.catalogue import Watchable, look
from streaming.watch.connection import connection, direct_write
from streaming.watch.hub import Hub
from streaming.watch.outlet import Outlet, SendOutlet
from streaming.watch.seat import Seat

#: A message that waits is replaced by a newer one of its kind for the same camera.
Topic: TypeAlias = tuple[type[ToViewer], UUID | None]


class WatchConsumer(JsonConsumer):
    """One viewer: subscriptions in, states and the newest frames out (docs/protocol.md, 4)."""

    # Frames and changes come through the Hub. A channel layer of its own would cost each viewer a
    # subscription in Redis and an unbounded queue; there is no layer of this name.
    channel_layer_alias = "none"
    decoder = Decoder[FromViewer](FromViewer, MAX_VIEWER_MESSAGE_BYTES)

    hub: Hub

    def __init__(self, hub: Hub, start: Callable[[], object]) -> None:
        """`start` sees to it that the process's background work runs."""
        super().__init__()
        self.hub = hub
        self._start = start
        self.cameras: set[UUID] = set()
        #: Of the cameras shown, as they were subscribed.
        self._addresses: dict[UUID, str] = {}
        #: Of all addresses subscribed: those that show nothing now may do so later.
        self._terms: dict[str, _Terms] = {}
        self.follows = False
        self._is_signed_off = False
        self._listed: tuple[ListedCamera, ...] | None = None
        self._outlet: Outlet
        self._seats: dict[UUID, Seat] = {}
        self._writing: asyncio.Task[None] | None = None
        self._close_code = CloseCode.NOT_ALLOWED
        self._heard_s = time.monotonic()
        self._idle_timer: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.hub.catalogue.remove(self)
            if self._idle_timer is not None:
                self._idle_timer.cancel()
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
        self.hub.catalogue.add(self)
        self._writing = connection_task("watch socket: outlet", self._write())
        self._end_if_idle()

    async def handle_message(self, message: FromViewer) -> None:
        self._heard_s = time.monotonic()
        match message:
            case Subscribe():
                await self._subscribe(message)
            case Unsubscribe():
                self._unsubscribe(message)
            case Follow():
                await self._follow()
            case AskKeyFrame():
                for camera_id in self._known({message.camera}):
                    self.hub.restart_video(self, camera_id)
            case ViewerReport():
                self._report(message)
            case AskStages():
                await self._say_stages(message)
            case ViewerPing():
                await self.send_message(Pong(message.time, self.hub.now_ms()))

    def bad_message(self, sentence: str) -> WatchError:
        return WatchError(WatchErrorCode.BAD_MESSAGE, sentence)

    async def _subscribe(self, message: Subscribe) -> None:
        addresses = set(message.cameras)
        terms = _Terms.of(message)
        for camera_id in self._known(addresses):
            self._terms[self._addresses[camera_id]] = terms
            terms.apply(self.seat(camera_id))
            self.hub.choose(self, camera_id)
        if len(self._terms.keys() | addresses) > MAX_CAMERAS:
            sentence = _("One page shows at most %(most)d cameras.") % {"most": MAX_CAMERAS}
            await self.refuse(WatchError(WatchErrorCode.TOO_MANY, sentence))
            return
        self._terms |= dict.fromkeys(addresses, terms)
        wished = addresses & self.wished
        if not wished:
            return
        watchable = await look(self.identity, wished)
        for address in sorted(wished - watchable.found.keys()):
            await self.refuse(_not_found(address))
        await self._show(watchable)

    def _unsubscribe(self, message: Unsubscribe) -> None:
        for camera_id in self._known(set(message.cameras)):
            self.hub.leave(self, camera_id)
            self._seats.pop(camera_id).discard()
        for address in message.cameras:
            self._terms.pop(address, None)

    async def _follow(self) -> None:
        if not self.follows:
            self.follows = True
            await self.may_watch(await look(self.identity, self.wished, with_list=True))

    async def _show(self, watchable: Watchable) -> None:
        """What is wished for and may be watched."""
        for address, camera_id in watchable.found.items():
            if address not in self.wished:
                # Shown, or unsubscribed, meanwhile.
                continue
            if camera_id in self.cameras:
                # By another of its addresses.
                del self._terms[address]
                continue
            self._addresses[camera_id] = address
            self._terms[address].apply(self.seat(camera_id))
            await self.hub.join(self, camera_id)

    def _report(self, message: ViewerReport) -> None:
        for camera_id in self._known({message.camera}):
            self.seat(camera_id).window.reported(int(message.bytes), time.monotonic())
            if message.latency_ms is not None:
                self.hub.reported(self, camera_id, message.latency_ms)

    async def _say_stages(self, message: AskStages) -> None:
        for camera_id in self._known({message.camera}):
            if stages := self.hub.stages(camera_id):
                await self.send_message(Stages(self._addresses[camera_id], **asdict(stages)))

    # relay.Viewer

    def seat(self, camera_id: UUID) -> Seat:
        seat = self._seats.get(camera_id)
        if seat is None:
            seat = self._seats[camera_id] = self._outlet.seat()
        return seat

    def show_state(self, camera_id: UUID, state: LiveState) -> None:
        said = CameraState(
            camera=self._addresses[camera_id],
            state=state.state,
            session=state.session or None,
            reason=state.reason or None,
            watching=len(state.watching),
        )
        self._post(camera_id, said)

    def drop(self, camera_id: UUID) -> None:
        self._seats.pop(camera_id).discard()
        self._post(camera_id, _not_found(self._addresses[camera_id]))

    def sign_off(self) -> None:
        self._is_signed_off = True
        self._outlet.end()

    # catalogue.Follower

    @property
    def wished(self) -> set[str]:
        return self._terms.keys() - {self._addresses[camera_id] for camera_id in self.cameras}

    async def may_watch(self, watchable: Watchable) -> None:
        if self.follows and watchable.cameras != self._listed:
            self._listed = watchable.cameras
            self._post(None, Cameras(watchable.cameras))
        await self._show(watchable)

    def _known(self, addresses: set[str]) -> list[UUID]:
        """Those of the cameras shown."""
        return [camera_id for camera_id in self.cameras if self._addresses[camera_id] in addresses]

    def _post(self, camera_id: UUID | None, message: ToViewer) -> None:
        topic: Topic = (type(message), camera_id)
        self._outlet.text(topic, message.text())

    async def _write(self) -> None:
        await self._outlet.run()
        if self._is_signed_off:
            await self.send_message(await _signed_off(self.identity))
        await self.close(int(self._close_code))

    def _end_if_idle(self) -> None:
        """One that watches nothing and says nothing keeps a place from somebody else."""
        left_s = self._heard_s + IDLE_TIMEOUT_S - time.monotonic()
        if left_s <= 0 and not self.cameras:
            self._close_code = CloseCode.TIMED_OUT
            self._outlet.end()
            return
        wait_s = left_s if left_s > 0 else IDLE_TIMEOUT_S
        self._idle_timer = asyncio.get_running_loop().call_later(wait_s, self._end_if_idle)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a viewer asks of a camera's frames."""

    fps: float | None
    rendition: Asked
    #: Of video, of which no frame can be left out: none for who wants fewer.
    codecs: tuple[str, ...]

    @classmethod
    def of(cls, message: Subscribe) -> _Terms:
        takes_all = message.fps in (None, MAX_FPS)
        return cls(
            None if takes_all else message.fps,
            message.rendition or "auto",
            message.video if takes_all else (),
        )

    def apply(self, seat: Seat) -> None:
        seat.window.slow_down(self.fps)
        seat.choice.asked = self.rendition
        seat.choice.codecs = self.codecs


async def _signed_off(identity: Identity) -> WatchError:
    """Why the identity is nobody any more."""
    try:
        why = await database_sync_to_async(denials.of_identity)(identity)
    except database.Unavailable as error:
        database.outages.note(error)
        return WatchError(WatchErrorCode.NOT_ALLOWED, _("Your access has ended."))
    sentence = str(denials.SENTENCES[why])
    return WatchError(WatchErrorCode.NOT_ALLOWED, sentence, why=Denial(why))


def _not_found(address: str) -> WatchError:
    sentence = _("There is no such camera, or you may not watch it.")
    return WatchError(WatchErrorCode.NOT_FOUND, sentence, address)
