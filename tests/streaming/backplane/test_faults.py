"""Redis killed, frozen, half-open and full, while a camera films on: when are pictures back."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.test import override_settings

from cameras.access import Identity
from streaming.backplane.bus import FrameBus
from streaming.backplane.connection import Unavailable, connect
from streaming.backplane.live_state import LiveState
from streaming.backplane.writer import StoreWriter
from streaming.domain.liveness import State
from streaming.process.web import WebNode
from streaming.watch.seat import Seat
from tests.chaos.network import Network
from tests.chaos.tcp import TcpRelay
from tests.streaming.frames import frame
from tests.streaming.waiting import AGAIN_WITHIN_S, end, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.system]

FRAME_S = 1 / 30


class Viewer:
    """Remembers when what was shown."""

    def __init__(self, owner) -> None:
        self.identity = Identity(owner.pk, None, None)
        self.name = "olga"
        self.address = "192.0.2.7"
        self.cameras: set[UUID] = set()
        self._seat = Seat(self._take)
        self.state = State.UNKNOWN
        self.orders: list[tuple[int, int]] = []
        self.shown_s = 0.0

    def seat(self, camera_id) -> Seat:
        return self._seat

    def _take(self, seat) -> None:
        self.shown_s = time.monotonic()
        self.orders += [outgoing.order for outgoing in seat.take(self.shown_s)]

    def show_state(self, camera_id, live) -> None:
        self.state = live.state

    def drop(self, camera_id) -> None:
        raise AssertionError("nobody's rights have changed")

    def sign_off(self) -> None:
        raise AssertionError("nobody has signed out")

    async def sees_again(self) -> None:
        since_s = time.monotonic()
        await until(lambda: self.shown_s > since_s, AGAIN_WITHIN_S)
        await until(lambda: self.state is State.LIVE, AGAIN_WITHIN_S)


class Camera:
    """An ingest process' dealings with Redis, without WebRTC."""

    def __init__(self, camera_id: UUID) -> None:
        self.camera_id = camera_id
        self.lost_frames = 0
        self.lost_writes = 0
        self.longest_s = 0.0
        self._bus = FrameBus()

    async def film(self) -> None:
        sequence = 0
        async with connect() as redis:
            writer = StoreWriter(redis)
            writing = asyncio.create_task(writer.run())
            try:
                while True:
                    sequence += 1
                    began = time.monotonic()
                    await self._take(writer, sequence)
                    self.lost_writes = writer.lost
                    await asyncio.sleep(FRAME_S)
                    self.longest_s = max(self.longest_s, time.monotonic() - began)
            finally:
                writing.cancel()
                await asyncio.wait([writing])

    async def _take(self, writer: StoreWriter, sequence: int) -> None:
        now_ms = time.time() * 1000
        message = frame(7, sequence, captured_at=now_ms)
        writer.image(self.camera_id, message, now_ms)
        live = LiveState(state=State.LIVE, session=7, last_seen=now_ms, frames=sequence)
        writer.live(self.camera_id, live, publishing=True)
        try:
            await self._bus.publish(self.camera_id, message)
        except Unavailable:
            self.lost_frames += 1


@pytest.fixture
async def filming(valkey, camera):
    filming = Camera(camera.pk)
    task = asyncio.create_task(filming.film())
    yield filming
    await end(task)


@pytest.fixture
async def watching(hub, filming, camera, owner):
    async with watched(hub, camera, owner) as viewer:
        yield viewer


@asynccontextmanager
async def watched(hub, camera, owner):
    viewer = Viewer(owner)
    hub.add(viewer)
    await hub.join(viewer, camera.pk)
    await viewer.sees_again()
    yield viewer
    hub.remove(viewer)
    assert viewer.orders == sorted(set(viewer.orders)), "shown twice, or out of order"


@pytest.mark.parametrize(
    "away_s", [2, pytest.param(30, marks=pytest.mark.faults(seconds=32, always=True))]
)
async def test_killed_and_started_again(watching, filming, valkey, away_s):
    await asyncio.to_thread(valkey.stop)
    await until(lambda: watching.state is State.UNKNOWN, 3.0)
    await asyncio.sleep(away_s)
    assert filming.lost_frames
    await asyncio.to_thread(valkey.start)
    await watching.sees_again()


async def test_frozen_for_a_while(watching, filming, valkey):
    with valkey.frozen():
        # Answers are waited for for 1 s, and states asked for every 0.5 s.
        await until(lambda: watching.state is State.UNKNOWN, 3 * 1.5)
    await watching.sees_again()


async def test_frozen_until_it_is_replaced(watching, valkey):
    with valkey.frozen():
        await until(lambda: watching.state is State.UNKNOWN, 3 * 1.5)
        await asyncio.to_thread(valkey.restart)
    await watching.sees_again()


async def test_full_of_memory(watching, filming, redis, valkey):
    await redis.config_set("maxmemory", 1)
    try:
        await until(lambda: filming.lost_writes, 3.0)
        # What is full takes no writes and hands frames on all the same.
        await watching.sees_again()
        assert filming.lost_frames == 0
    finally:
        await redis.config_set("maxmemory", 0)
    await until(lambda: _is_written_again(redis, filming.camera_id), AGAIN_WITHIN_S)
    await watching.sees_again()


async def _is_written_again(redis, camera_id):
    with suppress(*Unavailable):
        return await redis.exists(f"image:{camera_id}") and await redis.sismember(
            "clients", str(camera_id)
        )


async def test_half_open(valkey, db, camera, owner):
    """Every connection is left half open; Redis itself is well, and takes new ones."""
    there = Path(settings.REDIS_LAYER_URL.removeprefix("unix://"))
    here = there.with_name("relay.sock")
    layers = json.dumps(settings.CHANNEL_LAYERS).replace(str(there), str(here))
    elsewhere = override_settings(
        REDIS_LAYER_URL=f"unix://{here}", CHANNEL_LAYERS=json.loads(layers)
    )
    channel_layers.backends.clear()
    with elsewhere:
        async with TcpRelay(Network(), there, at=here) as relay:
            node, filming = WebNode(), Camera(camera.pk)
            tasks = [node.start(), asyncio.create_task(filming.film())]
            async with watched(node.hub, camera, owner) as viewer:
                assert relay.strand() >= 4
                await asyncio.sleep(0.1)
                await viewer.sees_again()
                # The camera itself has waited for no more than one answer.
                assert filming.longest_s < 3.0
            for task in tasks:
                await end(task)
    channel_layers.backends.clear()
