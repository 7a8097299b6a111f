"""The socket by which the doctor's page checks the line to this server (protocol/doctor.py)."""

from __future__ import annotations

import asyncio
import math
import os
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cameras import access, database
from cameras.access import Identity
from cameras.addresses import network_of
from streaming import conf
from streaming.backplane.client import Backplane
from streaming.backplane.connection import TIMEOUT_S
from streaming.backplane.layers import SignalingLayer
from streaming.domain.allowance import Allowances, Places
from streaming.domain.limits import Limit
from streaming.domain.sdp import OfferError, clean_offer
from streaming.lanes import AUTHENTICATION
from streaming.protocol import signaling
from streaming.protocol.consumer import JsonConsumer, Refusal
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.doctor import (
    MAX_FILLED_BYTES,
    MAX_PIECE_BYTES,
    Answer,
    Fill,
    FromPage,
    Hello,
    Key,
    Offer,
    Ping,
    Pong,
    Refused,
)
from streaming.protocol.enums import CloseCode, PublishErrorCode, retry_reason
from streaming.protocol.limits import MAX_CAMERA_MESSAGE_BYTES
from streaming.protocol.publish import IceServer, PublishError
from streaming.publish.authentication import authenticate
from streaming.publish.offers import OFFERS, SEND_ERRORS
from streaming.tasks import connection_task, stop

#: A check takes 10 s.
LIFE_S = 30.0
#: Far above what a check asks.
MAX_MESSAGES = 600
RETRY_AFTER_S = 20
#: Nothing on the way can make it smaller.
_NOISE = os.urandom(MAX_PIECE_BYTES)


class Checks:
    """How many sockets of the doctor a process has, and opens for one address."""

    def __init__(self, count_refusal: Callable[[Limit, str], None]) -> None:
        limits = conf.get()
        most = limits.DOCTOR_CHECKS
        # One address leaves room for others.
        self._places = Places[str](most, math.ceil(most / 2))
        per_minute = limits.DOCTOR_CHECKS_PER_ADDRESS
        self._allowances = Allowances[str](per_minute, per_minute / 60)
        self._count_refusal = count_refusal

    def take(self, network: str) -> bool:
        """Whether there is room for one more, which is given back by `free`."""
        if not self._allowances.take(network, time.monotonic()):
            self._count_refusal(Limit.DOCTOR_CHECKS_PER_ADDRESS, network)
        elif not self._places.take(network):
            self._count_refusal(Limit.DOCTOR_CHECKS, network)
        else:
            return True
        return False

    def free(self, network: str) -> None:
        self._places.free(network)


class DoctorConsumer(JsonConsumer):
    """Answers pings; takes and gives bytes, and has an ingest process make a test connection, for
    people who have signed in and devices with a key. None of it leaves a record."""

    decoder = Decoder[FromPage](FromPage, MAX_CAMERA_MESSAGE_BYTES)

    def __init__(
        self,
        backplane: Backplane,
        checks: Checks,
        start: Callable[[], object],
        count_refusal: Callable[[Limit, str], None],
    ) -> None:
        """`start` sees to it that the process's background work runs."""
        super().__init__(count_refusal)
        self._backplane = backplane
        self._checks = checks
        self._start = start
        self._deadline: asyncio.Task[None] | None = None
        self._has_place = False
        self._may_fill = self._has_shown_key = False
        self._messages = self._taken = self._given = 0
        #: That of the newest offer.
        self._peer = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._has_place:
                self._checks.free(self._network)
            cast(SignalingLayer, self.channel_layer).forget(self.channel_name)
            await stop(self._deadline)

    async def connect(self) -> None:
        self._start()
        await self.accept()
        self._has_place = self._checks.take(self._network)
        if not self._has_place:
            await self.close(int(CloseCode.TRY_AGAIN_LATER), retry_reason(RETRY_AFTER_S))
            return
        self._deadline = connection_task("doctor's socket: deadline", self._end())
        self._may_fill = self.user.is_authenticated
        await self._say_hello(self._may_fill and await self._ask(self._may_publish))

    async def _say_hello(self, may_publish: bool) -> None:
        # As on the publish socket: they may come with a password.
        servers = conf.get().ICE_SERVERS if may_publish else ()
        ice_servers = msgspec.convert(servers, tuple[IceServer, ...])
        await self.send_message(Hello(self._may_fill, ice_servers))

    async def _end(self) -> None:
        await asyncio.sleep(LIFE_S)
        await self.close(int(CloseCode.TIMED_OUT))

    # From the page

    async def handle_message(self, message: FromPage) -> None:
        self._messages += 1
        if self._messages > MAX_MESSAGES:
            raise MessageError(_("The check took too long. Start it again."))
        match message:
            case Ping():
                server_time = self._backplane.clock.now_ms()
                await self.send_message(Pong(message.time, server_time, self._taken))
            case Key():
                await self._take_key(message)
            case Fill():
                self._require_right()
                await self._fill(message.bytes)
            case Offer():
                self._require_right()
                await self._probe(message.sdp)

    def handle_frame(self, data: bytes) -> None:
        self._require_right()
        self._taken = self._within_bound(self._taken + len(data))

    def bad_message(self, sentence: str) -> Refusal:
        return PublishError(PublishErrorCode.BAD_MESSAGE, sentence)

    async def _take_key(self, message: Key) -> None:
        if self._has_shown_key:
            raise MessageError(_("One check takes one key."))
        self._has_shown_key = True
        may_publish = await self._ask(lambda: self._opens(message))
        self._may_fill = self._may_fill or may_publish
        await self._say_hello(may_publish)

    async def _fill(self, size: int) -> None:
        self._given = self._within_bound(self._given + size)
        await self.send(bytes_data=_NOISE[:size])

    def _within_bound(self, total: int) -> int:
        if total > MAX_FILLED_BYTES:
            raise MessageError(_("The check took too long. Start it again."))
        return total

    def _require_right(self) -> None:
        if not self._may_fill:
            raise MessageError(_("Please sign in to check this."))

    async def _probe(self, sdp: str) -> None:
        if self._peer:
            raise MessageError(_("One check makes one test connection."))
        try:
            offer = clean_offer(sdp)
        except OfferError as error:
            raise MessageError(str(error)) from None
        self._peer = uuid.uuid4().hex
        probe = signaling.Probe(
            peer=self._peer,
            reply_to=self.channel_name,
            sdp=offer,
            sent_at=self._backplane.clock.now_ms(),
        )
        layer = cast(Any, self.channel_layer)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await layer.send(OFFERS, signaling.event_of(probe))
        except SEND_ERRORS:
            await self.send_message(Refused(PublishErrorCode.UNAVAILABLE))

    # From an ingest process

    async def from_ingest(self, event: Mapping[str, Any]) -> None:
        match signaling.from_ingest(event):
            case signaling.Probed(peer=self._peer, sdp=sdp):
                await self.send_message(Answer(sdp))
            case signaling.Refused(peer=self._peer, code=code):
                await self.send_message(Refused(code))

    ingest_probed = ingest_refused = from_ingest

    # Parts

    async def _ask(self, question: Callable[[], bool]) -> bool:
        """False as well where the database does not say."""
        try:
            return await AUTHENTICATION.run(question)
        except database.Unavailable as error:
            database.outages.note(error)
            return False

    def _may_publish(self) -> bool:
        return access.publishable(self.user).exists()

    def _opens(self, message: Key) -> bool:
        nobody = AnonymousUser(), Identity()
        return authenticate(message.camera, message.key, *nobody) is not None

    @property
    def _network(self) -> str:
        return network_of(self.client_address) if self.client_address else ""
