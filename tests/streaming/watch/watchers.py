"""Viewers of the hub, without a socket."""

from __future__ import annotations

import time
from uuid import UUID

from cameras.access import Identity
from streaming.backplane.live_state import LiveState
from streaming.domain import wire
from streaming.domain.liveness import State
from streaming.protocol.notices import Wants
from streaming.watch.seat import Seat
from tests.streaming.waiting import until


class Watcher:
    """A viewer who remembers what was shown."""

    def __init__(self, identity: Identity, name: str = "") -> None:
        self.identity = identity
        self.name = name
        self.address = "192.0.2.7"
        self.cameras: set[UUID] = set()
        self.shown: list[LiveState | tuple[int, int]] = []
        self.dropped: list[UUID] = []
        self.signed_off = False
        self.seats: dict[UUID, Seat] = {}

    def seat(self, camera_id: UUID) -> Seat:
        return self.seats.setdefault(camera_id, Seat(self._take))

    def _take(self, seat: Seat) -> None:
        self.shown += [frame.order for frame in seat.take(time.monotonic())]

    def show_state(self, camera_id: UUID, state: LiveState) -> None:
        self.shown.append(state)

    def drop(self, camera_id: UUID) -> None:
        self.dropped.append(camera_id)

    def sign_off(self) -> None:
        self.signed_off = True

    @property
    def frames(self) -> list[tuple[int, int]]:
        return [each for each in self.shown if isinstance(each, tuple)]

    @property
    def states(self) -> list[LiveState]:
        return [each for each in self.shown if isinstance(each, LiveState)]

    @property
    def state(self) -> State:
        return self.states[-1].state


async def video_viewer(hub, watch, live, camera, user):
    """Somebody who decodes video, of a camera that sends it."""
    await live(codecs=("h264", "vp8"), video="h264")
    watcher = await watch(camera, user)
    watcher.seat(camera.pk).choice.codecs = ("h264",)
    hub.choose(watcher, camera.pk)
    await until(lambda: watcher.seat(camera.pk).wish is wire.Rendition.VIDEO)
    return watcher


def last_wants(noticed):
    wants = [notice.cameras for notice in noticed if isinstance(notice, Wants)]
    return wants[-1] if wants else {}
