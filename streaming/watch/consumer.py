from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any, TypeAlias, cast
from uuid import UUID

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from django.utils.translation import gettext as _
from msgspec import UNSET

from cameras import access, database, shares
from cameras.addresses import network_of
from cameras.models import Role
from streaming import conf
from streaming.backplane.live_state import LiveState
from streaming.domain.allowance import Allowance
from streaming.domain.limits import Limit
from streaming.network.origins import bearer_token
from streaming.protocol.consumer import JsonConsumer
from streaming.protocol.control import Pong
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.enums import CloseCode, WatchErrorCode
from streaming.protocol.limits import IDLE_TIMEOUT_S, MAX_CAMERAS, MAX_VIEWER_MESSAGE_BYTES
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
    ViewerAuthenticate,
    ViewerPing,
    ViewerReport,
    ViewerWelcome,
    WatchError,
)
from streaming.tasks import connection_task, raise_if_cancelled, stop
from streaming.watch import words
from streaming.watch.authentication import Refused, opened_link, valid_token
from streaming.watch.connection import Connection, connection, direct_write
from streaming.watch.hub import Hub, who_is
from streaming.watch.link_places import LinkPlace
from streaming.watch.lookups import ALL, CameraList, Watchable
from streaming.watch.outlet import Outlet, SendOutlet
from streaming.watch.seat import Seat
from streaming.watch.terms import Terms

#: Of the messages a second that a viewer may send: so many seconds' worth at once, and as many
#: more for each eight cameras, which is what two reports a second of each need.
_BURST_S = 5
_CAMERAS_PER_SHARE = 8
#: Cameras that a viewer may add or remove without waiting: three walls, then some a second.
_CHANGES = 200
_CHANGES_PER_S = 8.0
#: Whoever waits is looked after so often.
_LOOK_EVERY_S = 0.5

#: A message that waits is replaced by a newer one of its kind for the same camera.
Topic: TypeAlias = tuple[type[ToViewer], UUID | None]


class WatchConsumer(JsonConsumer):
    """One viewer: subscriptions in, states and the newest frames out (docs/protocol.md, 4)."""

    # Frames and changes come through the Hub. A channel layer of its own would cost each viewer a
    # subscription in Redis and an unbounded queue; there is no layer of this name.
    channel_layer_alias = "none"
    decoder = Decoder[FromViewer](FromViewer, MAX_VIEWER_MESSAGE_BYTES)

    hub: Hub

    def __init__(
        self,
        hub: Hub,
        start: Callable[[], object],
        count_refusal: Callable[[Limit, str], None],
    ) -> None:
        """`start` sees to it that the process's background work runs."""
        super().__init__(count_refusal)
        self.hub = hub
        per_s = conf.get().VIEWER_MESSAGES_PER_S
        self._messages = Allowance(_BURST_S * per_s, per_s)
        self._changes = Allowance(_CHANGES, _CHANGES_PER_S)
        self._start = start
        self.cameras: set[UUID] = set()
        #: Of the cameras shown, as they were subscribed.
        self._addresses: dict[UUID, str] = {}
        #: Of all addresses subscribed: those that show nothing now may do so later.
        self._terms: dict[str, Terms] = {}
        #: Addresses of cameras of which it was said that they have too many viewers.
        self._crowded: set[str] = set()
        self.follows: str | None = None
        self._is_signed_off = False
        self._listed: CameraList | None = None
        self._outlet: Outlet
        self._connection: Connection | None = None
        self._link_place: LinkPlace | None = None
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
            if self._link_place is not None:
                await self.hub.link_places.free(self._link_place)

    async def dispatch(self, message: Any) -> None:
        # Without Channels' look at old database connections, half of what a message costs: here
        # the database is asked in lanes, which look after their own.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        self.identity = self.session_identity()
        self.name = self.user.get_username()
        self.address = self.client_address
        self._network = network_of(self.address)
        await self.accept()
        if self.hub.is_full:
            self.count_refusal(Limit.VIEWERS)
            await self.refuse(words.full())
            return
        link_id = self.scope["url_route"]["kwargs"].get("link")
        try:
            if link_id is not None:
                await self._enter_by_link(link_id)
        except Refused as refusal:
            await self.refuse(refusal.error)
            return
        if direct := direct_write(self.scope):
            self._connection = direct
            self._outlet = self.hub.outlets.open(direct)
        else:
            stuck = self.hub.outlets.count_cut_off
            self._connection = connection(self.scope)
            self._outlet = SendOutlet(self.send, self._connection, stuck)
        self._start()
        self.hub.add(self)
        self.hub.catalogue.add(self)
        self._writing = connection_task("watch socket: outlet", self._write())
        self._end_if_idle()
        if token := bearer_token(self.scope):
            await self._authenticate(token)

    async def _enter_by_link(self, link_id: UUID) -> None:
        """The link alone counts here, whoever has signed in. Raises Refused without it, and where
        there is no room."""
        cookie = self.scope["cookies"].get(shares.SOCKET_COOKIE, "")
        link = await opened_link(link_id, cookie)
        self.identity = shares.identity_of(link)
        self.name = link.name
        if link.max_viewers is None:
            return
        place = LinkPlace(link.pk, link.max_viewers)
        if not await self.hub.link_places.take(place):
            raise Refused(words.link_full())
        self._link_place = place

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        # Those who watch a wall have more to report.
        price = 1 / (1 + len(self.cameras) / _CAMERAS_PER_SHARE)
        if not self.is_closed and not self._messages.take(time.monotonic(), price):
            self.count_refusal(Limit.VIEWER_MESSAGES_PER_S)
            await self.refuse(words.too_often())
        await super().receive(text_data, bytes_data)

    async def handle_message(self, message: FromViewer) -> None:
        self._heard_s = time.monotonic()
        match message:
            case ViewerAuthenticate() if self._is_known:
                raise MessageError(_("Send authenticate first, and only once."))
            case ViewerAuthenticate():
                await self._authenticate(message.token)
            case Subscribe():
                await self._subscribe(message)
            case Unsubscribe():
                await self._pace(len(message.cameras))
                self._unsubscribe(message)
            case Follow():
                await self._follow(message.group or ALL)
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

    @property
    def _is_known(self) -> bool:
        """Whether it is too late to say who one is."""
        by_secret = self.identity.token_id or self.identity.share_id
        return bool(by_secret or self._terms or self.follows is not None)

    async def _pace(self, cameras: int) -> None:
        """Changes cost others something: whoever makes many waits between them.

        Raises StopConsumer for one who has gone meanwhile. The server says so only after all that
        came before, and until then the cameras would send for nobody.
        """
        self._stop_if_gone()
        while (wait_s := self._changes.wait_s(time.monotonic(), cameras)) > 0:
            await asyncio.sleep(min(wait_s, _LOOK_EVERY_S))
            self._stop_if_gone()
        self._changes.take(time.monotonic(), cameras)

    def _stop_if_gone(self) -> None:
        if self._connection is not None and not self._connection.is_open:
            raise StopConsumer

    async def _authenticate(self, secret: str) -> None:
        try:
            token = await valid_token(secret)
        except Refused as refusal:
            await self.refuse(refusal.error)
            return
        take_place = cast(Any, self.scope)["take_place"]
        if not take_place(token.user):
            await self.refuse(words.too_many_sockets())
            return
        self.identity = access.Identity(token.user_id, token_id=token.pk)
        self.name = token.user.get_username()
        await self.send_message(ViewerWelcome(self.name))

    async def _subscribe(self, message: Subscribe) -> None:
        addresses = set(message.cameras)
        terms = Terms.of(message)
        await self._pace(min(len(addresses), MAX_CAMERAS))
        for camera_id in self._known(addresses):
            self._terms[self._addresses[camera_id]] = terms
            terms.apply(self.seat(camera_id))
            self.hub.choose(self, camera_id)
        if len(self._terms.keys() | addresses) > MAX_CAMERAS:
            await self.refuse(words.too_many())
            return
        self._terms |= dict.fromkeys(addresses, terms)
        # Whoever asks again gets an answer again.
        self._crowded -= addresses
        if wished := addresses & self.wished:
            await self._look_for(wished)

    async def _look_for(self, wished: set[str]) -> None:
        watchable = await self._look(wished)
        if watchable is None:
            for address in sorted(wished):
                await self.refuse(words.unchecked(address))
            return
        for address in sorted(wished - watchable.found.keys()):
            self.hub.audit.refused(who_is(self), address, Role.WATCH)
            await self.refuse(words.not_found(address))
        await self._show(watchable)

    async def _look(self, addresses: set[str], lists: Collection[str] = ()) -> Watchable | None:
        """None where the database cannot be asked, and where the process ends."""
        try:
            return await self.hub.lookups.look(self.identity, addresses, lists, self._network)
        except database.Unavailable as error:
            database.outages.note(error)
        except asyncio.CancelledError:
            raise_if_cancelled()
        return None

    def _unsubscribe(self, message: Unsubscribe) -> None:
        for camera_id in self._known(set(message.cameras)):
            self.hub.leave(self, camera_id)
            self._seats.pop(camera_id).discard()
        for address in message.cameras:
            self._forget(address)

    def _forget(self, address: str) -> None:
        self._terms.pop(address, None)
        self._crowded.discard(address)

    async def _follow(self, name: str) -> None:
        if self.follows == name:
            return
        self.follows = name
        self._listed = None
        if watchable := await self._look(self.wished, [name]):
            await self.may_watch(watchable)

    async def _show(self, watchable: Watchable) -> None:
        """What is wished for and may be watched."""
        for address, camera_id in watchable.found.items():
            if address not in self.wished:
                # Shown, or unsubscribed, meanwhile.
                continue
            if camera_id in self.cameras:
                self._forget(address)
                said = words.duplicate(address, self._addresses[camera_id])
                self._outlet.text((WatchError, address), said.text())
                continue
            if self.hub.is_crowded(camera_id):
                self._say_crowded(camera_id, address)
                continue
            self._crowded.discard(address)
            self._addresses[camera_id] = address
            self._terms[address].apply(self.seat(camera_id))
            await self.hub.join(self, camera_id)

    def _say_crowded(self, camera_id: UUID, address: str) -> None:
        """Once for each time that they ask: who waits is looked after again and again."""
        if address not in self._crowded:
            self._crowded.add(address)
            self.count_refusal(Limit.VIEWERS_PER_CAMERA)
            self._post(camera_id, words.crowded(address))

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
            since=state.since or None,
            publisher=state.publisher or None if access.knows_publishers(self.identity) else None,
            watching=len(state.watching),
        )
        self._post(camera_id, said)

    def drop(self, camera_id: UUID) -> None:
        self._seats.pop(camera_id).discard()
        self._post(camera_id, words.not_found(self._addresses[camera_id]))

    def sign_off(self) -> None:
        self._is_signed_off = True
        self._outlet.end()

    # catalogue.Follower

    @property
    def wished(self) -> set[str]:
        return self._terms.keys() - {self._addresses[camera_id] for camera_id in self.cameras}

    async def may_watch(self, watchable: Watchable) -> None:
        if self.follows is not None:
            # Not asked for where what it follows has changed meanwhile.
            self._list(watchable.lists.get(self.follows))
        await self._show(watchable)

    def _list(self, listed: CameraList | None) -> None:
        if listed is not None and listed != self._listed:
            self._listed = listed
            self._post(None, Cameras(listed.cameras, listed.group or UNSET))

    def _known(self, addresses: set[str]) -> list[UUID]:
        """Those of the cameras shown."""
        return [camera_id for camera_id in self.cameras if self._addresses[camera_id] in addresses]

    def _post(self, camera_id: UUID | None, message: ToViewer) -> None:
        topic: Topic = (type(message), camera_id)
        self._outlet.text(topic, message.text())

    async def _write(self) -> None:
        await self._outlet.run()
        if self._is_signed_off:
            await self.send_message(await words.signed_off(self.identity))
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
