from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from cameras import access
from cameras.errors import reason_of
from streaming.backplane.bus import FrameBus
from streaming.backplane.connection import Unavailable, reconnect_waits
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import IMAGE_TTL_S, Image
from streaming.domain import wire
from streaming.domain.demand import Want
from streaming.domain.latencies import Latencies
from streaming.domain.liveness import LOST_AFTER_S, REDIS_AWAY, State
from streaming.domain.stages import MAX_AGE_MS, Mean, Stages, stages
from streaming.domain.wire import Rendition
from streaming.domain.wishes import KEY_EVERY_S
from streaming.watch.memory import Memory
from streaming.watch.seat import VIDEO_STALLS_S, Outgoing, Seat

logger = logging.getLogger(__name__)

#: A chain of video that is longer is not worth catching up with: a key frame is there sooner. Nor
#: is one of larger frames, as 4K has: whoever comes waits for the next key frame.
MAX_KEPT = 30
#: For the largest key frame, and as much again.
MAX_KEPT_BYTES = 2 * wire.MAX_MESSAGE_BYTES
#: A process that needs longer to hand on what came shows fewer pictures, and none of them late.
BUSY_S = 0.02


class Viewer(Protocol):
    """Who watches through a Hub. No call may wait or raise."""

    identity: access.Identity
    #: Shown to the camera's owner; "" for a visitor who has not signed in.
    name: str
    #: Where the viewer is, as far as the server can tell.
    address: str
    cameras: set[UUID]

    def seat(self, camera_id: UUID) -> Seat:
        """Where the frames of one of `cameras` go."""

    def show_state(self, camera_id: UUID, state: LiveState) -> None: ...

    def drop(self, camera_id: UUID) -> None:
        """The right to watch this camera has ended."""

    def sign_off(self) -> None:
        """Who it was is nobody any more: signed out, or the account is gone."""


_BEFORE_FRAMES = (State.CONNECTING, State.LOST)


class Relay:
    """One camera's frames for all viewers of this process; lives as long as it has any.

    `on_wants` is called when the viewers may want something else, `ask_for_key` to have the camera
    send a key frame.
    """

    def __init__(
        self,
        camera_id: UUID,
        bus: FrameBus,
        now_ms: Callable[[], float],
        images: Memory[Image],
        *,
        on_wants: Callable[[], None],
        ask_for_key: Callable[[UUID], None],
    ) -> None:
        self.camera_id = camera_id
        self.state = LiveState(state=State.UNKNOWN, reason=REDIS_AWAY)
        #: As the viewers report them.
        self.latencies: Latencies[Viewer] = Latencies()
        #: From the capture to here.
        self._here = Mean()
        self._bus = bus
        self._now_ms = now_ms
        self._images = images
        self._on_wants = on_wants
        self._on_key = ask_for_key
        self._viewers: dict[Viewer, Seat] = {}
        self._newest: Outgoing | None = None
        self._received_s = 0.0
        #: Of pictures and of video.
        self._orders = {False: (0, 0), True: (0, 0)}
        self._delivered_s = 0.0
        #: Video from its last key frame on; empty where that is too long or broken.
        self._chain: list[Outgoing] = []
        self._chain_bytes = 0
        self._video_s = 0.0
        self._asked_s = 0.0
        self._is_busy = False

    def __len__(self) -> int:
        return len(self._viewers)

    @property
    def names(self) -> list[str]:
        """Of those who watch."""
        return [viewer.name for viewer in self._viewers]

    @property
    def newest(self) -> Outgoing | None:
        """The newest picture: of the session of the state, and no older than ten seconds."""
        is_fresh = time.monotonic() - self._received_s <= IMAGE_TTL_S
        return self._newest if is_fresh else None

    @property
    def skipped(self) -> int:
        """Frames that made way for newer ones."""
        return sum(seat.skipped for seat in self._viewers.values())

    def add(self, viewer: Viewer) -> None:
        self._viewers[viewer] = viewer.seat(self.camera_id)

    def welcome(self, viewer: Viewer) -> None:
        """Show what is: the state, the newest picture, and then what the viewer wishes."""
        seat = self._viewers[viewer]
        self._tell(viewer, seat)
        self.show_newest([seat])
        self.choose(seat)

    def show_newest(self, seats: Iterable[Seat] | None = None) -> None:
        """Show the newest picture to these, or to all, who have not seen it."""
        newest = self.newest
        for seat in self._viewers.values() if seats is None else seats:
            if newest is not None and seat.shown != newest.order:
                seat.picture(newest, time.monotonic())

    def remove(self, viewer: Viewer) -> int:
        """How many frames made way for newer ones."""
        self.latencies.forget(viewer)
        seat = self._viewers.pop(viewer, None)
        return seat.skipped if seat else 0

    @property
    def stages(self) -> Stages | None:
        """Where the camera's frames spend their time up to here; None before one was here."""
        return stages(self.state.encode_ms, self.state.uplink_ms, self._here.value)

    def choose(self, seat: Seat) -> None:
        """Decide anew which rendition a viewer gets."""
        state, now_s = self.state, time.monotonic()
        wish = seat.choice.wish(state.codecs, state.video, now_s)
        if wish is seat.wish:
            return
        seat.wish = wish
        self._on_wants()
        if wish is Rendition.VIDEO:
            self._start_video(seat)

    def restart_video(self, seat: Seat) -> None:
        """The viewer lost the chain: it goes on at a key frame."""
        if seat.wish is Rendition.VIDEO:
            seat.begin_anew()
            self._ask_for_key(time.monotonic())

    @property
    def want(self) -> Want:
        """What the viewers want of the camera."""
        seats, now_s = self._viewers.values(), time.monotonic()
        video = {seat.choice.video(self.state.codecs, now_s) for seat in seats}
        return Want(
            jpeg=any(seat.wish is Rendition.JPEG for seat in seats),
            video=tuple(sorted(video - {()})),
        )

    async def run(self) -> None:
        waits = reconnect_waits()
        while True:
            try:
                async with aclosing(self._bus.frames(self.camera_id)) as frames:
                    async for messages in frames:
                        waits.reset()
                        self._deliver_all([Outgoing(message) for message in messages])
            except Unavailable as error:
                logger.warning(
                    "camera %s: frames not received: %s", self.camera_id, reason_of(error)
                )
                await asyncio.sleep(waits.next_s())

    def _deliver_all(self, frames: Sequence[Outgoing]) -> None:
        began_s = time.monotonic()
        for frame in newest_pictures(frames) if self._is_busy else frames:
            self.deliver(frame)
        self._is_busy = time.monotonic() - began_s > BUSY_S

    def deliver(self, frame: Outgoing) -> None:
        """Hand a frame to every viewer who gets its rendition, unless a newer one was before."""
        session = frame.order[0]
        if frame.order <= self._orders[frame.is_video] or session < self._session:
            return
        self._orders[frame.is_video] = frame.order
        now_s = self._delivered_s = time.monotonic()
        if self.state.session != session or self.state.state is not State.LIVE:
            self._show_live(session)
        if frame.is_video:
            self._deliver_video(frame, now_s)
        else:
            self._deliver_picture(frame, now_s)
        age_ms = self._now_ms() - wire.captured_at(frame.message)
        if abs(age_ms) <= MAX_AGE_MS:
            self._here.add(age_ms)

    def _show_live(self, session: int) -> None:
        """Redis says so only later, and who publishes."""
        publisher = self.state.publisher if session == self.state.session else ""
        live = replace(self.state, state=State.LIVE, session=session, publisher=publisher)
        self.update(replace(live, reason="", since=self._now_ms()))

    def _deliver_picture(self, frame: Outgoing, now_s: float) -> None:
        self._newest = frame
        self._received_s = now_s
        self._images.put(self.camera_id, Image(frame.message, self._now_ms()))
        for seat in self._viewers.values():
            seat.picture(frame, now_s)

    def _deliver_video(self, frame: Outgoing, now_s: float) -> None:
        self._video_s = now_s
        self._keep(frame)
        unbroken = [seat.video(frame, now_s) for seat in self._viewers.values()]
        if not all(unbroken):
            self._ask_for_key(now_s)

    def _keep(self, frame: Outgoing) -> None:
        chain, (session, sequence) = self._chain, frame.order
        if frame.key:
            chain.clear()
            self._chain_bytes = 0
        elif not chain:
            return
        elif chain[-1].order != (session, sequence - 1):
            chain.clear()
            return
        chain.append(frame)
        self._chain_bytes += frame.size
        if len(chain) > MAX_KEPT or self._chain_bytes > MAX_KEPT_BYTES:
            chain.clear()

    def _start_video(self, seat: Seat) -> None:
        chain, now_s = self._chain, time.monotonic()
        runs = chain and now_s - self._video_s < VIDEO_STALLS_S
        if runs and chain[0].codec in seat.choice.codecs:
            seat.begin(chain, now_s)
        elif self.state.video:
            # It flows already; else it begins with a key frame.
            self._ask_for_key(now_s)

    def _ask_for_key(self, now_s: float) -> None:
        if now_s - self._asked_s >= KEY_EVERY_S:
            self._asked_s = now_s
            self._on_key(self.camera_id)

    def catch_up(self, state: LiveState, image: Image | None) -> None:
        """Take on what was before, unless something newer has come meanwhile."""
        self.update(state)
        if image is None:
            return
        frame = Outgoing(image.message)
        if frame.order[0] == self.state.session and frame.order > self._orders[False]:
            self._orders[False] = frame.order
            self._newest = frame
            self._received_s = time.monotonic() - (self._now_ms() - image.received_at) / 1000

    def update(self, state: LiveState) -> None:
        """Take the state on, and tell the viewers what of it concerns them."""
        if state.session < self._session and self._is_fed():
            # Read before the session that frames already arrive of.
            return
        if state.session == self._session and self._is_fed() and state.state in _BEFORE_FRAMES:
            # Written before the frames that arrive now.
            return
        if state.session != self.state.session:
            self._newest = None
            self._chain.clear()
        changed = _shown(state) != _shown(self.state)
        if _served(state) != _served(self.state):
            # Perhaps another ingest process, which does not know yet what is wanted here.
            self._on_wants()
        self.state = state
        for viewer, seat in self._viewers.items():
            if changed:
                seat.discard_but(state.session)
                self._tell(viewer, seat)
            self.choose(seat)

    def _tell(self, viewer: Viewer, seat: Seat) -> None:
        """The state, unless the viewer was told just that."""
        shown = _shown(self.state)
        if seat.told != shown:
            seat.told = shown
            viewer.show_state(self.camera_id, self.state)

    @property
    def _session(self) -> int:
        """The newest that frames came of."""
        return max(self._orders[False][0], self._orders[True][0])

    def _is_fed(self) -> bool:
        return time.monotonic() - self._delivered_s < LOST_AFTER_S


def newest_pictures(frames: Sequence[Outgoing]) -> list[Outgoing]:
    """Without the pictures that have newer ones behind them."""
    kept: list[Outgoing] = []
    for frame in reversed(frames):
        if frame.is_video or all(later.is_video for later in kept):
            kept.append(frame)
    return kept[::-1]


def _served(state: LiveState) -> tuple[object, ...]:
    return (state.session, state.codecs, state.video, state.jpeg)


def _shown(state: LiveState) -> tuple[object, ...]:
    # When it became live differs by what the first frame took to here: not worth a message.
    since = 0.0 if state.state is State.LIVE else state.since
    return (
        *(state.state, state.session, state.reason, since),
        *(state.publisher, len(state.watching)),
    )
