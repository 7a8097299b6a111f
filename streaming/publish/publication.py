from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from cameras import sessions
from cameras.models import Camera, CaptureSession, Transport
from streaming.backplane.client import Backplane
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import Lease
from streaming.domain import wire
from streaming.domain.demand import Demand
from streaming.domain.liveness import GIVEN_UP_AFTER_S, LOST_AFTER_S, State
from streaming.domain.pauses import pause_s
from streaming.protocol.enums import EndReason
from streaming.protocol.limits import ANSWER_TIMEOUT_S
from streaming.protocol.signaling import Claim
from streaming.publish.intake import Intake, Totals
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.refusals import Refusals
from streaming.tasks import raise_if_cancelled

#: From the offer to open channels.
NEGOTIATION_TIMEOUT_S = ANSWER_TIMEOUT_S
#: A publish socket gone for so long ends the peer.
SIGNALING_TIMEOUT_S = 10.0
#: A camera that stops or comes back says so on its socket, and is overtaken by its peer's end.
_LAST_WORD_S = 1.0
#: The socket of an answered offer says at once that it speaks for the peer, unless it has gone.
_UNCLAIMED_S = 3.0
_TICK_S = 0.5
_TICKS_PER_REPORT = 2


class Replaced(StrEnum):
    """The same session goes on over another link: not an end, and told to nobody."""

    REPLACED = "replaced"


REPLACED = Replaced.REPLACED
#: Why a publication is over.
Ending: TypeAlias = EndReason | Literal[Replaced.REPLACED]


class Link(Protocol):
    """What a camera's frames come in on: a WebRTC peer, or its publish socket."""

    @property
    def is_open(self) -> bool:
        """Whether frames can come, or could before it closed."""

    async def opened(self) -> None:
        """Wait until frames can come."""

    def send_control(self, text: str) -> None:
        """Never waits; dropped while the camera does not read."""

    def detach(self) -> None:
        """Hand on nothing any more."""

    async def close(self) -> None:
        """Free what it held, within a few seconds."""


L = TypeVar("L", bound=Link)
#: Makes the link that hands frames to an intake, and calls back when it has closed.
MakeLink = Callable[[Intake, Callable[[], None]], L]
#: Tells a camera's page why its session is over. Never raises.
NotifyEnd = Callable[["Publication[Any]", EndReason], Awaitable[None]]


class Publication(Generic[L]):
    """One camera that publishes over one link, from its admission to the end."""

    def __init__(
        self,
        claim: Claim,
        session: CaptureSession,
        transport: Transport,
        *,
        channel: str,
        camera: Camera,
        demand: Demand,
        backplane: Backplane,
        refusals: Refusals,
        make_link: MakeLink[L],
        notify_end: NotifyEnd,
    ) -> None:
        """`channel` is where the process of a peer hears of it."""
        self.lease = Lease(claim.peer, session.pk, claim.publisher, channel)
        self.identity = claim.identity
        self.camera_id = claim.camera_id
        self.remote_address = claim.remote_address
        self.reply_to = claim.reply_to
        self.intake = Intake(
            camera_id=claim.camera_id,
            slug=claim.slug,
            session=session.pk,
            totals=Totals(session.frames, session.bytes, session.dropped),
            bus=backplane.bus,
            writer=backplane.writer,
            clock=backplane.clock,
            demand=demand,
            codec=camera.codec,
            frame_rate=camera.frame_rate,
            refusals=refusals,
            send=self._send_control,
            max_message_bytes=_max_message_bytes(transport),
        )
        self._name = camera.name
        #: Name of who took the camera over.
        self.successor = ""
        self._notify_end = notify_end
        self._transport = transport
        self._store = backplane.store
        self._writer = backplane.writer
        self._now_ms = backplane.clock.now_ms
        self._recorded = replace(self.intake.totals)
        self._recording = asyncio.Lock()
        self._connected_at = self._now_ms()
        self._answered_s = self._signaled_s = 0.0
        self._has_socket = True
        self._link_closed_s: float | None = None
        #: Set when the link has closed, or this begins to end.
        self._over = asyncio.Event()
        self._watching: tuple[str, ...] | None = None
        self._visible: tuple[object, ...] = ()
        self._state = State.CONNECTING
        self._state_since = self._connected_at
        self._reason: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        # Last: from here on, frames may come.
        self.link = make_link(self.intake, self.link_closed)

    @property
    def label(self) -> str:
        """For the log: camera and session."""
        return self.intake.label

    def rename(self, name: str) -> None:
        """Tell the camera where people call it something else now."""
        if name != self._name and self.link.is_open:
            self._name = name
            self.intake.renamed(name)

    def _send_control(self, text: str) -> None:
        self.link.send_control(text)

    async def notify_end(self, reason: EndReason) -> None:
        await self._notify_end(self, reason)

    def end(self, reason: Ending) -> None:
        """Begin to end, for a reason of docs/protocol.md; the first reason counts."""
        if not self._reason.done():
            self._reason.set_result(reason)
            self._over.set()

    @property
    def has_ended(self) -> bool:
        return self._reason.done()

    def link_closed(self) -> None:
        """The connection has failed or was closed."""
        self._link_closed_s = self._link_closed_s or time.monotonic()
        self._over.set()

    async def opened(self) -> bool:
        """Whether the link opens before it closes, and before this begins to end."""
        opening = asyncio.create_task(self.link.opened(), name=f"{self.label}: opening")
        over = asyncio.create_task(self._over.wait(), name=f"{self.label}: over")
        try:
            await asyncio.wait((opening, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            opening.cancel()
            over.cancel()
        return self.link.is_open and not self._over.is_set()

    def signaled(self, reply_to: str) -> None:
        """The publish socket at `reply_to` is there; another may have taken its place."""
        if reply_to == self.reply_to:
            self._signaled_s = time.monotonic()
            self._has_socket = True

    def attach(self, reply_to: str) -> str:
        """The publish socket at `reply_to` speaks for this publication, in place of another one.

        Returns that other one.
        """
        before, self.reply_to = self.reply_to, reply_to
        self.signaled(reply_to)
        return before

    def socket_closed(self, reply_to: str) -> None:
        """The publish socket at `reply_to` is gone; another may have come before."""
        if reply_to == self.reply_to:
            self._has_socket = False

    async def keep_lease(self) -> None:
        """Renew the lease, or begin to end where another link has it.

        Raises what `streaming.backplane.connection.Unavailable` names.
        """
        holder = await self._store.renew(self.camera_id, self.lease)
        if holder is not None:
            self.successor = holder.publisher
            self.end(REPLACED if holder.session == self.lease.session else EndReason.TAKEN_OVER)

    async def run(self) -> Ending:
        """Take frames in until the end, and give its reason."""
        # Not before: an upgrade waits for its link.
        self._answered_s = self._signaled_s = time.monotonic()
        publishing = asyncio.create_task(self.intake.run(), name=f"{self.label}: frames")
        ends: list[asyncio.Future[Any]] = [self._reason, publishing]
        try:
            for tick in itertools.count():
                if self._reason.done():
                    break
                self._check()
                self.intake.tick()
                self._write_live(anyway=tick % _TICKS_PER_REPORT == 0)
                if tick % _TICKS_PER_REPORT == 0:
                    await self._report()
                    raise_if_cancelled()
                began_s = time.monotonic()
                await asyncio.wait(ends, timeout=_TICK_S, return_when=asyncio.FIRST_COMPLETED)
                self._leave_out(pause_s(began_s, _TICK_S, time.monotonic()))
                if publishing.done():
                    # It runs for ever: its failure is the process'.
                    publishing.result()
        finally:
            publishing.cancel()
        return self._reason.result()

    @contextlib.asynccontextmanager
    async def progress(self) -> AsyncIterator[sessions.Progress]:
        """What came since this was last asked for; counts as told unless an error comes."""
        # One at a time: while the database is slow, the end comes.
        async with self._recording:
            totals, recorded = replace(self.intake.totals), self._recorded
            timed = totals.timed - recorded.timed
            yield {
                "frames": totals.frames - recorded.frames,
                "bytes": totals.bytes - recorded.bytes,
                "dropped": totals.dropped - recorded.dropped,
                "wanted_s": totals.wanted_s - recorded.wanted_s,
                "wanted_frames": totals.wanted_frames - recorded.wanted_frames,
                "latency_ms": (totals.delay_ms - recorded.delay_ms) / timed if timed else None,
            }
            self._recorded = totals

    def write_final_state(self, reason: Ending) -> None:
        """Show the camera as off, unless somebody else publishes to it already."""
        if reason in (EndReason.TAKEN_OVER, REPLACED):
            self._writer.forget(self.camera_id)
        else:
            now_ms = self._now_ms()
            state = LiveState(
                state=State.OFF,
                reason=reason,
                since=now_ms,
                session=self.intake.session,
                publisher=self.lease.publisher,
                last_seen=now_ms,
            )
            self._writer.live(self.camera_id, state, publishing=False)

    def _check(self) -> None:
        now_s = time.monotonic()
        if self.intake.sends_too_much:
            self.end(EndReason.TOO_MUCH)
        elif not self.link.is_open and now_s - self._answered_s > NEGOTIATION_TIMEOUT_S:
            self.end(EndReason.PEER_FAILED)
        elif self.intake.frame_clock.silent_s(now_s) > GIVEN_UP_AFTER_S:
            self.end(EndReason.LOST)
        elif self._is_deserted(now_s):
            self.end(EndReason.SIGNALING_LOST)
        elif self._link_closed_s is not None and now_s - self._link_closed_s > _LAST_WORD_S:
            self.end(EndReason.PEER_FAILED)

    def _leave_out(self, stopped_s: float) -> None:
        """While this process was stopped, neither camera nor page could be heard."""
        self.intake.frame_clock.leave_out(stopped_s)
        self._answered_s += stopped_s
        self._signaled_s += stopped_s

    def _is_deserted(self, now_s: float) -> bool:
        """No socket for too long; or neither socket nor beat, as when a browser was closed."""
        unclaimed = self._signaled_s == self._answered_s
        if now_s - self._signaled_s > (_UNCLAIMED_S if unclaimed else SIGNALING_TIMEOUT_S):
            return True
        return not self._has_socket and self.intake.frame_clock.silent_s(now_s) > LOST_AFTER_S

    def _follow_state(self) -> None:
        state, clock = self.intake.state(), self.intake.frame_clock
        if state is not self._state:
            silent_ms = 1000 * clock.silent_s(time.monotonic()) if state is State.LOST else 0.0
            self._state, self._state_since = state, self._now_ms() - silent_ms

    async def _report(self) -> None:
        self.intake.report()
        try:
            await self.keep_lease()
            [state] = await self._store.live([self.camera_id])
        except Unavailable:
            # Pictures matter more than the lease: nobody else can claim it meanwhile either.
            return
        if self.link.is_open and state.watching != self._watching:
            self._watching = state.watching
            self.intake.watching(state.watching, self.identity.key_id is None)

    def _write_live(self, anyway: bool) -> None:
        """Write what changes with every frame once a second, and what people see at once."""
        intake, wishes = self.intake, self.intake.wishes
        visible = (
            *(intake.state(), intake.frame_clock.pause, intake.width, intake.height, intake.level),
            *(wishes.codecs, wishes.wanted),
        )
        if visible == self._visible and not anyway:
            return
        self._visible = visible
        self._follow_state()
        live = LiveState(
            state=self._state,
            reason=intake.frame_clock.pause or "",
            since=self._state_since,
            session=intake.session,
            publisher=self.lease.publisher,
            transport=self._transport,
            connected_at=self._connected_at,
            last_seen=self._now_ms(),
            width=intake.width,
            height=intake.height,
            fps=round(intake.fps, 1),
            bits_per_s=round(intake.bits_per_s),
            frames=intake.totals.frames,
            bytes=intake.totals.bytes,
            dropped=intake.totals.dropped,
            video_frames=intake.totals.video_frames,
            uplink_ms=round(intake.uplink_ms, 1),
            codecs=wishes.codecs,
            video=wishes.wanted.video_name,
            jpeg=wishes.wanted.jpeg,
            encode_ms=round(intake.encode_ms, 1),
            level=intake.level,
        )
        self._writer.live(self.camera_id, live, publishing=True)


def _max_message_bytes(transport: Transport) -> int:
    """Browsers have a bound of their own: key frames of an IP camera are larger."""
    if transport in (Transport.WEBRTC, Transport.WEBSOCKET):
        return MAX_BROWSER_MESSAGE_BYTES
    return wire.MAX_MESSAGE_BYTES
