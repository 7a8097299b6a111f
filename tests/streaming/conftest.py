from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import pytest
from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from django.conf import settings
from django.contrib.auth.models import User
from django.test import AsyncClient
from django.urls import path
from redis.asyncio import Redis

from skysentry.origins import SameOriginValidator
from streaming.consumers import PublishConsumer, WatchConsumer
from streaming.redis import connect
from streaming.relay import Hub
from streaming.store import AsyncStore
from streaming.store_writer import StoreWriter
from tests.streaming.sockets import Socket
from tests.streaming.waiting import WITHIN_S, end
from tests.valkey import Valkey


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
async def hub(valkey: Valkey, db: None) -> AsyncIterator[Hub]:
    """The relays of one web process."""
    hub = Hub()
    running = hub.start()
    yield hub
    await end(running)


@pytest.fixture
def application(hub: Hub) -> Any:
    """The WebSockets of skysentry/asgi.py with a hub of the test's own."""
    routes: list[Any] = [
        path("ws/publish/<slug:slug>/", cast(Any, PublishConsumer.as_asgi(hub=hub))),
        path("ws/watch/", cast(Any, WatchConsumer.as_asgi(hub=hub))),
    ]
    return SameOriginValidator(AuthMiddlewareStack(URLRouter(routes)))


Dial = Callable[..., Awaitable[Socket]]


@pytest.fixture
async def dial(application: Any) -> AsyncIterator[Dial]:
    """Opens a WebSocket, as somebody who has signed in if a user or their client is given."""
    sockets = []

    async def dial(path: str, who: User | AsyncClient | None = None, ahead: int = 0) -> Socket:
        if isinstance(who, User):
            client = AsyncClient()
            await client.aforce_login(who)
            who = client
        cookie = who.cookies[settings.SESSION_COOKIE_NAME].value if who else ""
        socket = Socket(application, path, cookie, ahead)
        sockets.append(socket)
        connected, _ = await socket.connect(WITHIN_S)
        assert connected
        return socket

    yield dial
    for socket in sockets:
        await socket.disconnect(timeout=WITHIN_S)


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
