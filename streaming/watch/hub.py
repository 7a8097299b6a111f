from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections import defaultdict
from dataclasses import replace
from uuid import UUID

from channels.db import database_sync_to_async
from django import db

from cameras import access
from streaming.backplane.bus import Change, FrameBus, Notice
from streaming.backplane.clock import ServerClock
from streaming.backplane.connection import Unavailable, connect, open_connections
from streaming.backplane.store import AsyncStore, Lease, ProcessFacts
from streaming.backplane.writer import StoreWriter
from streaming.domain.demand import Want
from streaming.domain.latencies import Histogram
from streaming.domain.liveness import State
from streaming.domain.stages import Stages
from streaming.publish.registry import Registry
from streaming.tasks import raise_if_cancelled, spawn
from streaming.watch import memory
from streaming.watch.outlet import DirectOutlets
from streaming.watch.relay import Relay, Viewer

logger = logging.getLogger(__name__)

#: States are asked for so often: "lost" shows within 3 s of the last byte, 2 s of silence included.
_STATES_EVERY_S = 0.5
_FACTS_EVERY_S = 1.0
#: What viewers want is said so often, and at once when it changes; a want lives for five seconds.
_WANTS_EVERY_S = 2.0
#: Of many who come at once, and of one who asks without end, no more often than this.
_WANTS_PAUSE_S = 0.1
#: What Redis did not take is said again so soon.
_WANTS_AGAIN_S = 0.5
#: Rights are asked again, whatever was announced.
_RECHECK_S = 10.0


class Hub:
    """All that a web process has one of: relays, viewers and what they may see, publishers that
    come over their sockets.

    Starts with its first visitor, so that it runs under any ASGI server.
    """

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.clock = ServerClock()
        self._redis = connect()
        self._store = AsyncStore(self._redis)
        self._writer = StoreWriter(self._redis)
        self._bus = FrameBus()
        self.outlets = DirectOutlets()
        self.publishers = Registry(self._store, self._writer, self._bus, self.clock)
        self._relays: dict[UUID, Relay] = {}
        self._relaying: dict[UUID, asyncio.Task[None]] = {}
        self._viewers: set[Viewer] = set()
        self._wants_changed = asyncio.Event()
        #: Cameras whose single pictures are read so often that stills are too few.
        self._read: set[UUID] = set()
        self._latency = Histogram()
        #: Frames that made way for newer ones, of those who have gone.
        self._skipped = 0
        self._running: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """The task that runs for the life of the process."""
        if self._running is None:
            self._running = spawn(self._run())
        return self._running

    def add(self, viewer: Viewer) -> None:
        self.start()
        self._viewers.add(viewer)

    def remove(self, viewer: Viewer) -> None:
        if viewer in self._viewers:
            self._viewers.remove(viewer)
        for camera_id in list(viewer.cameras):
            self.leave(viewer, camera_id)

    async def join(self, viewer: Viewer, camera_id: UUID) -> None:
        """Show a camera to a viewer who may watch it: its state, its newest frame, then each."""
        viewer.cameras.add(camera_id)
        relay = self._relays.get(camera_id)
        is_new = relay is None
        if relay is None:
            relay = self._relays[camera_id] = Relay(
                camera_id,
                self._bus,
                self.clock.now_ms,
                on_wants=self._wants_changed.set,
                ask_for_key=self._ask_for_key,
            )
            self._relaying[camera_id] = spawn(relay.run())
            relay.add(viewer)
            await self._catch_up(relay)
        if camera_id not in viewer.cameras:
            # Left while Redis was asked.
            return
        relay.add(viewer)
        relay.welcome(viewer)
        if is_new:
            # Others may have joined while Redis was asked.
            relay.show_newest()
        self._tell_watching(relay)
        self._wants_changed.set()

    def leave(self, viewer: Viewer, camera_id: UUID) -> None:
        viewer.cameras.discard(camera_id)
        relay = self._relays.get(camera_id)
        if relay is None:
            return
        self._skipped += relay.remove(viewer)
        self._tell_watching(relay)
        if not len(relay):
            del self._relays[camera_id]
            self._relaying.pop(camera_id).cancel()

    def choose(self, viewer: Viewer, camera_id: UUID) -> None:
        """The viewer asked for another rendition, or can decode other codecs."""
        if relay := self._relays.get(camera_id):
            relay.choose(viewer.seat(camera_id))
            self._wants_changed.set()

    def restart_video(self, viewer: Viewer, camera_id: UUID) -> None:
        """The viewer's decoder lost the chain."""
        if relay := self._relays.get(camera_id):
            relay.restart_video(viewer.seat(camera_id))

    def reported(self, viewer: Viewer, camera_id: UUID, latency_ms: float) -> None:
        """The viewer has drawn a frame so long after its capture."""
        if relay := self._relays.get(camera_id):
            relay.latencies.report(viewer, latency_ms, time.monotonic())
            self._latency.add(latency_ms)

    def stages(self, camera_id: UUID) -> Stages | None:
        """Where the camera's frames spend their time up to here, if that is known."""
        relay = self._relays.get(camera_id)
        return relay.stages if relay else None

    async def holder(self, camera_id: UUID) -> Lease | None:
        """Who publishes to the camera now.

        Raises what `streaming.backplane.connection.Unavailable` names.
        """
        return await self._store.holder(camera_id)

    async def _catch_up(self, relay: Relay) -> None:
        """What a relay that just began has missed."""
        try:
            [state] = await self._store.live([relay.camera_id])
            image = await self._store.image(relay.camera_id)
        except Unavailable:
            return
        relay.catch_up(state, image)

    async def _run(self) -> None:
        async with self._redis:
            await open_connections(self._redis)
            try:
                async with asyncio.TaskGroup() as tasks:
                    for work in (
                        self.clock.follow(self._redis),
                        self._writer.run(),
                        self._follow_states(),
                        self._bus.follow(self._apply),
                        self.publishers.run(),
                        self.outlets.run(),
                        self._recheck(),
                        self._tell_facts(),
                        self._tell_wants(),
                    ):
                        tasks.create_task(work)
            finally:
                # What the publishers had to say at their end.
                await self._writer.flush()

    async def _follow_states(self) -> None:
        while True:
            relays = list(self._relays.values())
            try:
                states = await self._store.live([relay.camera_id for relay in relays])
            except Unavailable:
                states = [replace(relay.state, state=State.UNKNOWN) for relay in relays]
            else:
                for relay, state in zip(relays, states, strict=True):
                    memory.states.put(relay.camera_id, state)
            for relay, state in zip(relays, states, strict=True):
                relay.update(state)
            if memory.readers.wanted() - self._read:
                self._wants_changed.set()
            raise_if_cancelled()
            await asyncio.sleep(_STATES_EVERY_S)

    async def _apply(self, notice: Notice) -> None:
        await self.publishers.apply(notice)
        if isinstance(notice, Change) and notice.kind == "access":
            await self._check_rights(notice.camera_id, notice.user_id)

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(_RECHECK_S)
            await self._check_rights(None, None)

    async def _check_rights(self, camera_id: UUID | None, user_id: int | None) -> None:
        """Ask again for the viewers concerned, once for each identity."""
        concerned: dict[access.Identity, list[Viewer]] = defaultdict(list)
        for viewer in self._viewers:
            if (camera_id is None or camera_id in viewer.cameras) and (
                user_id is None or user_id == viewer.identity.user_id
            ):
                concerned[viewer.identity].append(viewer)
        for identity, viewers in concerned.items():
            try:
                who, allowed = await database_sync_to_async(_watchable)(identity)
            except db.Error as error:
                logger.warning("Rights of %s not asked: %s", identity, error)
                continue
            for viewer in viewers:
                for camera in viewer.cameras - allowed:
                    self.leave(viewer, camera)
                    viewer.drop(camera)
                if not who:
                    viewer.sign_off()

    async def _tell_wants(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_WANTS_EVERY_S):
                    await self._wants_changed.wait()
            self._wants_changed.clear()
            try:
                await self._bus.want(self.id, self._wants())
            except Unavailable:
                # Meanwhile nobody can send frames either.
                self._wants_changed.set()
                await asyncio.sleep(_WANTS_AGAIN_S)
            raise_if_cancelled()
            await asyncio.sleep(_WANTS_PAUSE_S)

    def _wants(self) -> dict[UUID, Want]:
        """What is wanted here of each camera."""
        self._read = memory.readers.wanted()
        wants = {relay.camera_id: relay.want for relay in self._relays.values()}
        for camera_id in self._read:
            wants[camera_id] = replace(wants.get(camera_id, Want()), jpeg=True)
        return wants

    def _ask_for_key(self, camera_id: UUID) -> None:
        async def ask() -> None:
            # Without Redis there is no video either; the viewers ask again.
            with contextlib.suppress(*Unavailable):
                await self._bus.ask_key_frame(camera_id)

        spawn(ask())

    async def _tell_facts(self) -> None:
        while True:
            memory.images.tidy()
            memory.states.tidy()
            for relay in self._relays.values():
                self._tell_watching(relay)
            self._writer.process(
                ProcessFacts(
                    self.id,
                    "web",
                    publishers=len(self.publishers),
                    viewers=len(self._viewers),
                    cached=sum(relay.newest is not None for relay in self._relays.values()),
                    lost_writes=self._writer.lost,
                    skipped=self._skipped + sum(relay.skipped for relay in self._relays.values()),
                    cut_off=self.outlets.cut_off,
                    refused=self.publishers.refused,
                    latency_counts=self._latency.counts,
                    latency_sum_ms=round(self._latency.sum_ms, 1),
                )
            )
            await asyncio.sleep(_FACTS_EVERY_S)

    def _tell_watching(self, relay: Relay) -> None:
        self._writer.watching(
            relay.camera_id,
            self.id,
            relay.names,
            self.clock.now_ms(),
            relay.latencies.of_now(time.monotonic()),
        )


def _watchable(identity: access.Identity) -> tuple[bool, set[UUID]]:
    """Whether the identity still is somebody, and what it may watch."""
    if access.actor_of(identity) is None:
        return False, set()
    return True, access.watchable_ids(identity)
