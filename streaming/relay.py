from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from cameras import access
from streaming import memory
from streaming.bus import FrameBus
from streaming.domain import wire
from streaming.domain.liveness import LOST_AFTER_S, State
from streaming.outlets import Outgoing
from streaming.redis import Unavailable, reconnect_waits
from streaming.store import IMAGE_TTL_S, Image, LiveState

logger = logging.getLogger(__name__)


class Viewer(Protocol):
    """Who watches through a Hub. No call may wait or raise."""

    identity: access.Identity
    #: Shown to the camera's owner; "" for a visitor who has not signed in.
    name: str
    cameras: set[UUID]

    @property
    def skipped(self) -> int:
        """Frames that made way for newer ones."""

    def show_frame(self, camera_id: UUID, frame: Outgoing) -> None: ...

    def show_state(self, camera_id: UUID, state: LiveState) -> None: ...

    def drop(self, camera_id: UUID) -> None:
        """The right to watch this camera has ended."""

    def sign_off(self) -> None:
        """Who it was is nobody any more: signed out, or the account is gone."""


_BEFORE_FRAMES = (State.CONNECTING, State.LOST)


class Relay:
    """One camera's frames for all viewers of this process; lives as long as it has any."""

    def __init__(self, camera_id: UUID, bus: FrameBus, now_ms: Callable[[], float]) -> None:
        self.camera_id = camera_id
        self.viewers: set[Viewer] = set()
        self.state = LiveState(state=State.UNKNOWN)
        self._newest: Outgoing | None = None
        self._received_s = 0.0
        self._order = (0, 0)
        self._delivered_s = 0.0
        self._bus = bus
        self._now_ms = now_ms

    @property
    def newest(self) -> Outgoing | None:
        """Of the session of the state, and no older than ten seconds."""
        is_fresh = time.monotonic() - self._received_s <= IMAGE_TTL_S
        return self._newest if is_fresh else None

    async def run(self) -> None:
        waits = reconnect_waits()
        while True:
            try:
                async with aclosing(self._bus.frames(self.camera_id)) as frames:
                    async for message in frames:
                        waits.reset()
                        self.deliver(message)
            except Unavailable as error:
                logger.warning("camera %s: frames not received: %s", self.camera_id, error)
                await asyncio.sleep(waits.next_s())

    def deliver(self, message: bytes) -> None:
        """Hand a frame to every viewer, unless a newer one was before it."""
        order = wire.order_of(message)
        if order <= self._order:
            return
        self._order = order
        self._delivered_s = self._received_s = time.monotonic()
        self._newest = frame = Outgoing.of(message)
        memory.images.put(self.camera_id, Image(message, self._now_ms()))
        session = order[0]
        if self.state.session != session or self.state.state is not State.LIVE:
            self.update(replace(self.state, state=State.LIVE, session=session, reason=""))
        for viewer in self.viewers:
            viewer.show_frame(self.camera_id, frame)

    def catch_up(self, state: LiveState, image: Image | None) -> None:
        """Take on what was before, unless something newer has come meanwhile."""
        self.update(state)
        if image is None:
            return
        order = wire.order_of(image.message)
        if order[0] == self.state.session and order > self._order:
            self._order = order
            self._newest = Outgoing.of(image.message)
            self._received_s = time.monotonic() - (self._now_ms() - image.received_at) / 1000

    def update(self, state: LiveState) -> None:
        """Take the state on, and tell the viewers what of it concerns them."""
        if state.session < self._order[0] and self._is_fed():
            # Read before the session that frames already arrive of.
            return
        if state.session == self._order[0] and self._is_fed() and state.state in _BEFORE_FRAMES:
            # Written before the frames that arrive now.
            return
        if state.session != self._order[0]:
            self._newest = None
        changed = _shown(state) != _shown(self.state)
        self.state = state
        if changed:
            for viewer in self.viewers:
                viewer.show_state(self.camera_id, state)

    def _is_fed(self) -> bool:
        return time.monotonic() - self._delivered_s < LOST_AFTER_S


def _shown(state: LiveState) -> tuple[object, ...]:
    return (state.state, state.session, state.reason, len(state.watching))
