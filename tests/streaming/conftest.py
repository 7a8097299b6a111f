from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import channel_layers
from channels.routing import URLRouter
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.test import AsyncClient
from msgspec import structs
from redis.asyncio import Redis

from cameras.access import Identity
from cameras.models import Camera
from streaming.backplane.bus import FrameBus
from streaming.backplane.connection import connect
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import AsyncStore
from streaming.backplane.writer import StoreWriter
from streaming.domain.liveness import State
from streaming.process import node as node_module
from streaming.process.ingest import IngestNode
from streaming.process.web import WebNode
from streaming.protocol.notices import Change
from streaming.protocol.signaling import Claim, Offer
from streaming.publish import publication, registry
from streaming.routing import websockets
from streaming.watch import hub as hub_module
from streaming.watch.hub import Hub
from tests.streaming.groups import listeners
from tests.streaming.phone import Phone
from tests.streaming.sockets import Socket
from tests.streaming.supervision.served import Start, starting
from tests.streaming.waiting import WITHIN_S, end, until
from tests.valkey import Valkey


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `serve`."""
    with starting(tmp_path) as start:
        yield start


@pytest.fixture
async def redis(valkey: Valkey) -> AsyncIterator[Redis]:
    """The client of one process."""
    async with connect() as client:
        yield client


@pytest.fixture
def store(redis: Redis) -> AsyncStore:
    return AsyncStore(redis)


@pytest.fixture
def writer(redis: Redis) -> StoreWriter:
    return StoreWriter(redis)


@pytest.fixture
def bus(valkey: Valkey) -> FrameBus:
    return FrameBus()


@pytest.fixture
async def node(redis: Redis, db: None) -> AsyncIterator[WebNode]:
    """A web process, which hears what changes; that of the pages and the API, too."""
    node = WebNode()
    running = node.start()
    await until(lambda: listeners(redis, "control"))
    config: Any = apps.get_app_config("streaming")
    ours, config.web_node = config.web_node, node
    yield node
    config.web_node = ours
    await end(running)


@pytest.fixture
def hub(node: WebNode) -> Hub:
    return node.hub


@pytest.fixture
def application(node: WebNode) -> Any:
    """The WebSockets of skysentry/asgi.py with a process of the test's own."""
    return URLRouter(websockets(node))


@pytest.fixture
async def heard(redis: Redis) -> AsyncIterator[list[Change]]:
    """The changes that every process hears, as they come."""
    changes = []

    async def listen() -> None:
        async with aclosing(FrameBus().notices()) as source:
            async for notice in source:
                if isinstance(notice, Change):
                    changes.append(notice)

    listening = asyncio.create_task(listen())
    await until(lambda: listeners(redis, "control"))
    yield changes
    await end(listening)


Show = Callable[..., None]


@pytest.fixture
def show(valkey: Valkey) -> Show:
    """Writes for synchronous tests what an ingest process says of a camera."""

    @async_to_sync
    async def show(camera: Camera, message: bytes = b"", age_s: float = 0.0, **facts: Any) -> None:
        async with connect() as redis:
            writer = StoreWriter(redis)
            now_ms = time.time() * 1000
            # Not silent before a busy machine has shown it.
            seen_ms = now_ms + 1000 * WITHIN_S
            state = LiveState(**{"state": State.LIVE, "last_seen": seen_ms, **facts})
            writer.live(camera.pk, state, publishing=True)
            if message:
                writer.image(camera.pk, message, now_ms - age_s * 1000)
            await writer.flush()

    return show


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before processes start, which look after everything more often, then; how long they wait for
    anything stays as it is.
    """
    monkeypatch.setattr(publication, "_TICK_S", 0.1)
    monkeypatch.setattr(hub_module, "_STATES_EVERY_S", 0.1)
    monkeypatch.setattr(hub_module, "_WATCHING_EVERY_S", 0.1)
    monkeypatch.setattr(node_module, "_FACTS_EVERY_S", 0.1)


@pytest.fixture
def rechecks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before processes start, whose pauses it shortens."""
    monkeypatch.setattr(node_module, "RECHECK_S", 0.1)


@pytest.fixture
def records_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before processes start, whose pauses it shortens."""
    monkeypatch.setattr(registry, "_RECORD_EVERY_S", 0.1)


Dial = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def dial(application: Any) -> AsyncIterator[Dial]:
    """Opens a WebSocket, as somebody who has signed in if a user or their client is given."""
    sockets = []

    async def dial(
        path: str,
        who: User | AsyncClient | None = None,
        ahead: int = 0,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> Socket:
        if isinstance(who, User):
            client = AsyncClient()
            await client.aforce_login(who)
            who = client
        cookie = who.cookies[settings.SESSION_COOKIE_NAME].value if who else ""
        socket = Socket(application, path, cookie, ahead, headers)
        sockets.append(socket)
        connected, _ = await socket.connect(WITHIN_S)
        assert connected
        return socket

    yield dial
    for socket in sockets:
        await socket.disconnect(timeout=WITHIN_S)


@pytest.fixture
async def watching(dial: Dial, owner: User, camera: Camera) -> Socket:
    """A page of the owner that shows the camera."""
    socket = await dial("/ws/watch/", owner)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    return socket


@pytest.fixture
def people(owner: User, viewer: User, stranger: User, superuser: User) -> dict[str, User | None]:
    """Everybody by what they are; `visitor` has not signed in."""
    return {
        "owner": owner,
        "viewer": viewer,
        "stranger": stranger,
        "superuser": superuser,
        "visitor": None,
    }


@pytest.fixture
def claim(camera: Camera, owner: User) -> Claim:
    """Of the camera's owner, who comes for the first time."""
    return Claim(
        peer="first",
        camera_id=camera.pk,
        slug=camera.slug,
        identity=Identity(owner.pk, None, None),
        publisher="olga",
        resume=0,
        take_over=False,
        remote_address="",
        user_agent="",
        reply_to="",
    )


@pytest.fixture
def offer(claim: Claim) -> Offer:
    """The claim as an offer, whose SDP is none."""
    now_ms = time.time() * 1000
    return Offer(**structs.asdict(claim), upgrade=False, sdp="hello", sent_at=now_ms)


@pytest.fixture
def camera_facts(camera: Camera) -> dict[str, Any]:
    """What pages and devices are told of the camera."""
    return {
        "id": str(camera.pk),
        "slug": "front-door",
        "name": "Front door",
        "width": 1280,
        "height": 720,
        "frame_rate": 30,
        "quality": 0.7,
        "delivery": "resilient",
        "codec": "auto",
    }


@asynccontextmanager
async def running_ingest() -> AsyncIterator[IngestNode]:
    """An ingest process, which shares no channel layer with others."""
    ours, channel_layers.backends = channel_layers.backends, {}
    ingest = IngestNode()
    channel_layers.backends = ours
    running = asyncio.create_task(ingest.run())
    yield ingest
    # Cameras are told that it ends, for which a frozen Redis makes it wait.
    await end(running, patience_s=5.0)


@pytest.fixture
async def ingest(valkey: Valkey, db: None) -> AsyncIterator[IngestNode]:
    async with running_ingest() as ingest:
        yield ingest


Call = Callable[..., Awaitable[Phone]]


@pytest.fixture
async def phone(ingest: IngestNode, dial: Dial, camera: Camera) -> AsyncIterator[Call]:
    """Makes phones, which have authenticated as somebody or with a key."""
    phones = []

    async def phone(
        who: User | AsyncClient | None = None, key: str | None = None, slug: str = camera.slug
    ) -> Phone:
        phone = Phone(await dial(f"/ws/publish/{slug}/", who))
        phones.append(phone)
        await phone.authenticate(key)
        return phone

    yield phone
    for each in phones:
        await each.close()


@pytest.fixture
async def filming(phone: Call, owner: User) -> Phone:
    """The owner's phone, which publishes."""
    filming = await phone(owner)
    await filming.offer()
    await filming.connect()
    return filming
