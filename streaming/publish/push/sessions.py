"""The sessions of cameras whose pictures come by requests, each on its own."""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from weakref import WeakValueDictionary

from channels.layers import get_channel_layer
from msgspec import structs

from cameras.models import Transport
from streaming.backplane.client import Backplane
from streaming.backplane.connection import TIMEOUT_S
from streaming.backplane.store import Lease
from streaming.domain.codecs import jpeg
from streaming.domain.liveness import LOST_AFTER_S
from streaming.protocol import signaling
from streaming.protocol.enums import EndReason
from streaming.protocol.signaling import Claim, Pushed
from streaming.publish.admission import Admission
from streaming.publish.authentication import Authenticated
from streaming.publish.intake import Intake
from streaming.publish.publication import Publication
from streaming.publish.pull.link import PullLink
from streaming.publish.pull.media import Picture
from streaming.tasks import Work

#: There is no socket that could go: silence alone ends a session.
_SIGNALED_EVERY_S = 1.0
_GAPS = 2.5
MAX_PATIENCE_S = 25.0


class PushSessions:
    """Those that this process holds; pictures of others go to the process that does.

    Any process may get any request: a client's next one may come over another connection.
    """

    def __init__(self, backplane: Backplane, admission: Admission) -> None:
        self._backplane = backplane
        self._admission = admission
        self._layer = cast(Any, get_channel_layer("default"))
        #: Of this process on the `default` layer; "" before it runs.
        self._channel = ""
        self._running: dict[str, Publication[PullLink]] = {}
        #: By pusher: one session is opened at a time.
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(self) -> None:
        """Before anything else."""
        # Named as those of the process's sockets: a layer reads those of one name at a time.
        self._channel = await self._layer.new_channel()

    def work(self) -> dict[str, Work]:
        return {"pushed pictures": self._receive(), "pushed sessions": self._keep()}

    async def _receive(self) -> None:
        """Take the pictures that other processes hand on, for ever."""
        while True:
            self._hear(await self._layer.receive(self._channel))

    async def _keep(self) -> None:
        """Say that no socket is missing, for ever."""
        while True:
            for publication in list(self._running.values()):
                publication.signaled("")
            await asyncio.sleep(_SIGNALED_EVERY_S)

    async def take(self, claim: Claim, who: Authenticated, data: bytes) -> None:
        """Take one JPEG, and open a session where there is none.

        Raises Refused, ChannelFull, and what ADMISSION_ERRORS names.
        """
        name = pusher(who)
        if (held := self._held(name)) is not None:
            _hand_on(held, data)
            return
        lock = self._opening.setdefault(name, asyncio.Lock())
        async with lock:
            if (held := self._held(name)) is not None:
                _hand_on(held, data)
            elif lease := await self._elsewhere(name, claim):
                await self._send(lease.channel, Pushed(lease.peer, data))
            else:
                await self._open(name, claim, who, data)

    async def end(self, claim: Claim, who: Authenticated) -> bool:
        """End the session; whether there was one.

        Raises what Unavailable names, and ChannelFull.
        """
        name = pusher(who)
        if (held := self._held(name)) is not None:
            held.end(EndReason.STOPPED)
            return True
        lease = await self._elsewhere(name, claim)
        if lease is not None:
            await self._send(lease.channel, signaling.Bye(lease.peer, ""))
        return lease is not None

    def _held(self, name: str) -> Publication[PullLink] | None:
        held = self._running.get(name)
        return None if held is None or held.has_ended else held

    async def _elsewhere(self, name: str, claim: Claim) -> Lease | None:
        """The lease of a session of the same pusher that another process holds."""
        lease = await self._backplane.store.holder(claim.camera_id)
        is_theirs = lease is not None and lease.peer.startswith(name)
        return lease if is_theirs and lease and lease.channel != self._channel else None

    async def _open(self, name: str, claim: Claim, who: Authenticated, data: bytes) -> None:
        claim = structs.replace(claim, peer=f"{name}{uuid.uuid4().hex}")
        await self._admission.check_claim(claim, who.camera)
        async with self._admission.admit(
            claim,
            Transport.PUSH,
            self._make_link(who.camera.frame_rate),
            self._forget,
            channel=self._channel,
        ) as publication:
            _hand_on(publication, data)
            # How often others come is not known yet.
            publication.intake.frame_clock.lost_after_s = MAX_PATIENCE_S
        self._running[name] = publication

    def _make_link(self, frame_rate: int) -> Callable[[Intake, Callable[[], None]], PullLink]:
        return lambda intake, _closed: PullLink(intake, self._backplane.clock.now_ms, frame_rate)

    async def _forget(self, publication: Publication[Any], _reason: EndReason) -> None:
        for name, held in list(self._running.items()):
            if held is publication:
                del self._running[name]

    def _hear(self, event: Mapping[str, Any]) -> None:
        """What other processes say; of a session that has ended since, nothing is left to be done:
        the next picture opens another."""
        message = signaling.to_push(event)
        for publication in self._of(message.peer if message else ""):
            if isinstance(message, Pushed):
                _hand_on(publication, message.data)
            else:
                publication.end(EndReason.STOPPED)

    def _of(self, peer: str) -> Iterator[Publication[PullLink]]:
        return (each for each in list(self._running.values()) if each.lease.peer == peer)

    async def _send(self, channel: str, message: Pushed | signaling.Bye) -> None:
        # The layer itself waits for a frozen Redis for ever.
        async with asyncio.timeout(TIMEOUT_S):
            await self._layer.send(channel, signaling.event_of(message))


def pusher(who: Authenticated) -> str:
    """The same for each request of a key to a camera; the names of its peers begin with it."""
    whose = f"{who.camera.pk} {who.identity.key_id}".encode()
    return f"push-{hashlib.blake2b(whose, digest_size=8).hexdigest()}-"


def _hand_on(publication: Publication[PullLink], data: bytes) -> None:
    now_s, clock = time.monotonic(), publication.intake.frame_clock
    clock.lost_after_s = patience_s(clock.silent_s(now_s))
    publication.link.take(Picture(jpeg.JPEG, data, True, now_s, now_s))


def patience_s(gap_s: float) -> float:
    """After how long without a picture such a camera is lost, by the time between its last two.

    It says nothing in between: one picture every five seconds is a live camera, too.
    """
    return min(max(LOST_AFTER_S, _GAPS * gap_s), MAX_PATIENCE_S)
