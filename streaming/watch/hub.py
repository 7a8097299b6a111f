from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from cameras import access, database
from cameras.audit import Who
from streaming import conf
from streaming.audit import AuditTrail
from streaming.backplane.client import Backplane
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import Image
from streaming.domain.demand import Want
from streaming.domain.latencies import Histogram
from streaming.domain.liveness import REDIS_AWAY, State
from streaming.domain.stages import Stages
from streaming.lanes import RIGHTS, VIEWERS
from streaming.tasks import Tasks, Work, raise_if_cancelled
from streaming.watch.catalogue import Catalogue
from streaming.watch.endings import Endings, is_incomplete
from streaming.watch.link_places import LinkPlaces
from streaming.watch.lookups import Lookups, allowed
from streaming.watch.memory import Memory, Readers
from streaming.watch.outlet import DirectOutlets
from streaming.watch.relay import Relay, Viewer
from streaming.watch.wants import WantsPublisher

logger = logging.getLogger(__name__)

#: States are asked for so often: "lost" shows within 3 s of the last byte, 2 s of silence included.
_STATES_EVERY_S = 0.5
_WATCHING_EVERY_S = 1.0


class Hub:
    """The relays and viewers of a process, and what it remembers of the cameras they watch."""

    def __init__(self, process_id: str, backplane: Backplane, audit: AuditTrail) -> None:
        self._process_id = process_id
        self.audit = audit
        self._store = backplane.store
        self._writer = backplane.writer
        self._bus = backplane.bus
        self.now_ms = backplane.clock.now_ms
        self.outlets = DirectOutlets()
        #: Newest frames, and states as Redis last told them.
        self.images: Memory[Image] = Memory()
        self.states: Memory[LiveState] = Memory()
        self.endings = Endings()
        self._looking_up: asyncio.Task[None] | None = None
        #: Who reads single pictures.
        self.readers = Readers()
        #: As viewers report them, since the process began.
        self.latency = Histogram()
        self._relays: dict[UUID, Relay] = {}
        self._relaying: dict[UUID, asyncio.Task[None]] = {}
        self._viewers: set[Viewer] = set()
        self._wants = WantsPublisher(process_id, self._bus, self._wanted)
        #: Cameras whose single pictures are read so often that stills are too few.
        self._read: set[UUID] = set()
        #: Frames that made way for newer ones, of those who have gone.
        self._skipped = 0
        self._tasks = Tasks("hub")
        self.lookups = Lookups(self._tasks)
        #: Who wants to know what else they may watch.
        self.catalogue = Catalogue(self.lookups)
        self.link_places = LinkPlaces(backplane.store)

    def work(self) -> dict[str, Work]:
        """What runs for the life of the process, by name."""
        return {
            "states": self._follow_states(),
            "catalogue": self.catalogue.run(),
            "link places": self.link_places.run(),
            "wants": self._wants.run(),
            "outlets": self.outlets.run(),
            "relays": self._tasks.run(),
            "watching": self._refresh(),
        }

    @property
    def is_full(self) -> bool:
        """Whether as many watch as may."""
        return len(self._viewers) >= conf.get().VIEWERS

    def is_crowded(self, camera_id: UUID) -> bool:
        """Whether as many watch this camera as may. Asked by any thread."""
        relay = self._relays.get(camera_id)
        return relay is not None and len(relay) >= conf.get().VIEWERS_PER_CAMERA

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    @property
    def cached(self) -> int:
        """Cameras whose newest frame is at hand."""
        return sum(relay.newest is not None for relay in self._relays.values())

    @property
    def skipped(self) -> int:
        """Frames that made way for newer ones, since the process began."""
        return self._skipped + sum(relay.skipped for relay in self._relays.values())

    def add(self, viewer: Viewer) -> None:
        self._viewers.add(viewer)

    def remove(self, viewer: Viewer) -> None:
        if viewer in self._viewers:
            self._viewers.remove(viewer)
        for camera_id in list(viewer.cameras):
            self.leave(viewer, camera_id)

    async def join(self, viewer: Viewer, camera_id: UUID) -> None:
        """Show a camera to a viewer who may watch it: its state, its newest frame, then each."""
        if viewer not in self._viewers:
            # Gone while it was asked what they may watch.
            return
        viewer.cameras.add(camera_id)
        relay = self._relays.get(camera_id)
        is_new = relay is None
        if relay is None:
            relay = self._relays[camera_id] = self._start(camera_id)
            relay.add(viewer)
            await self._catch_up(relay)
        if camera_id not in viewer.cameras:
            # Left while Redis was asked.
            return
        relay.add(viewer)
        relay.welcome(viewer)
        self.audit.begin(viewer, camera_id, who_is(viewer), relay.state.filming)
        if is_new:
            # Others may have joined while Redis was asked.
            relay.show_newest()
        self._write_watching(relay)
        self._wants.changed()

    def _start(self, camera_id: UUID) -> Relay:
        relay = Relay(
            camera_id,
            self._bus,
            self.now_ms,
            self.images,
            on_wants=self._wants.changed,
            ask_for_key=self._ask_for_key,
        )
        self._relaying[camera_id] = self._tasks.start(f"relay of {camera_id}", relay.run())
        return relay

    def leave(self, viewer: Viewer, camera_id: UUID) -> None:
        viewer.cameras.discard(camera_id)
        relay = self._relays.get(camera_id)
        if relay is None:
            return
        self._skipped += relay.remove(viewer)
        self.audit.end(viewer, camera_id, relay.state.publisher, relay.state.stopped_ms)
        self._write_watching(relay)
        if not len(relay):
            del self._relays[camera_id]
            self._relaying.pop(camera_id).cancel()

    def withdraw(self) -> None:
        """The process ends: its viewers watch by another one, or no longer."""
        for camera_id in self._relays:
            self._writer.watching(camera_id, self._process_id, (), self.now_ms())

    def choose(self, viewer: Viewer, camera_id: UUID) -> None:
        """The viewer asked for another rendition, or can decode other codecs."""
        if relay := self._relays.get(camera_id):
            relay.choose(viewer.seat(camera_id))
            self._wants.changed()

    def restart_video(self, viewer: Viewer, camera_id: UUID) -> None:
        """The viewer's decoder lost the chain."""
        if relay := self._relays.get(camera_id):
            relay.restart_video(viewer.seat(camera_id))

    def reported(self, viewer: Viewer, camera_id: UUID, latency_ms: float) -> None:
        """The viewer has drawn a frame so long after its capture."""
        if relay := self._relays.get(camera_id):
            relay.latencies.report(viewer, latency_ms, time.monotonic())
            self.latency.add(latency_ms)

    def stages(self, camera_id: UUID) -> Stages | None:
        """Where the camera's frames spend their time up to here, if that is known."""
        relay = self._relays.get(camera_id)
        return relay.stages if relay else None

    async def _catch_up(self, relay: Relay) -> None:
        """What a relay that just began has missed."""
        try:
            [state] = await self._store.live([relay.camera_id])
            image = await self._store.image(relay.camera_id)
            if is_incomplete(self.endings.complete(relay.camera_id, state)):
                await self._look_up([relay.camera_id])
        except Unavailable:
            return
        finally:
            # A viewer that is gone would stay, counted, and have the camera send for it.
            raise_if_cancelled()
        relay.catch_up(self.endings.complete(relay.camera_id, state), image)

    async def _follow_states(self) -> None:
        while True:
            relays = list(self._relays.values())
            try:
                states = await self._store.live([relay.camera_id for relay in relays])
            except Unavailable:
                states = [
                    replace(relay.state, state=State.UNKNOWN, reason=REDIS_AWAY, since=0.0)
                    for relay in relays
                ]
            else:
                states = self._completed(relays, states)
                for relay, state in zip(relays, states, strict=True):
                    self.states.put(relay.camera_id, state)
            for relay, state in zip(relays, states, strict=True):
                relay.update(state)
            if self.readers.wanted() - self._read:
                self._wants.changed()
            raise_if_cancelled()
            await asyncio.sleep(_STATES_EVERY_S)

    def _completed(self, relays: Sequence[Relay], states: Sequence[LiveState]) -> list[LiveState]:
        """With how cameras ended. What only the database knows is there at the next turn."""
        ids = [relay.camera_id for relay in relays]
        completed = list(map(self.endings.complete, ids, states))
        missing = [each for each, state in zip(ids, completed, strict=True) if is_incomplete(state)]
        if missing and (self._looking_up is None or self._looking_up.done()):
            self._looking_up = self._tasks.start("endings", self._look_up(missing))
        return completed

    async def _look_up(self, camera_ids: Sequence[UUID]) -> None:
        if database.outages.is_recent:
            return
        try:
            await VIEWERS.run(self.endings.look_up, camera_ids)
        except database.Unavailable as error:
            database.outages.note(error)

    async def check_rights(self, camera_id: UUID | None, user_id: int | None) -> None:
        """Ask again for the viewers concerned, once for each identity."""
        concerned: dict[access.Identity, list[Viewer]] = defaultdict(list)
        for viewer in self._viewers:
            if (camera_id is None or camera_id in viewer.cameras) and (
                user_id is None or user_id == viewer.identity.user_id
            ):
                concerned[viewer.identity].append(viewer)
        for identity, viewers in concerned.items():
            try:
                ids = await RIGHTS.run(allowed, identity)
            except database.Unavailable as error:
                # Nor would it answer for the others. Who watches goes on.
                database.outages.note(error)
                return
            for viewer in viewers:
                for camera in viewer.cameras - (ids or set()):
                    self.leave(viewer, camera)
                    viewer.drop(camera)
                if ids is None:
                    viewer.sign_off()

    def _wanted(self) -> dict[UUID, Want]:
        """What is wanted here of each camera."""
        self._read = self.readers.wanted()
        wants = {relay.camera_id: relay.want for relay in self._relays.values()}
        for camera_id in self._read:
            wants[camera_id] = replace(wants.get(camera_id, Want()), jpeg=True)
        return wants

    def _ask_for_key(self, camera_id: UUID) -> None:
        async def ask() -> None:
            # Without Redis there is no video either; the viewers ask again.
            with contextlib.suppress(*Unavailable):
                await self._bus.ask_key_frame(camera_id)

        self._tasks.start(f"key frame of {camera_id}", ask())

    async def _refresh(self) -> None:
        """Say again who watches what, and let go of what is too old."""
        while True:
            self.images.tidy()
            self.states.tidy()
            for relay in self._relays.values():
                self._write_watching(relay)
            await asyncio.sleep(_WATCHING_EVERY_S)

    def _write_watching(self, relay: Relay) -> None:
        self._writer.watching(
            relay.camera_id,
            self._process_id,
            relay.names,
            self.now_ms(),
            relay.latencies.of_now(time.monotonic()),
        )


def who_is(viewer: Viewer) -> Who:
    """As the audit log names a viewer."""
    return Who.of(viewer.identity, viewer.name, viewer.address)
