"""Clients of the one Redis or Valkey server that all processes share."""

from __future__ import annotations

import redis
import redis.asyncio
from django.conf import settings

#: REST answers within 2 s also when Redis is frozen, and nothing on the frame path waits for it.
TIMEOUT_S = 1.0
_MOST_CONNECTIONS = 10

#: What a call raises while Redis is away.
Unavailable: tuple[type[Exception], ...] = (redis.exceptions.RedisError, OSError)


def connect() -> redis.asyncio.Redis:
    """A client for one event loop; connects on first use."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_LAYER_URL,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        max_connections=_MOST_CONNECTIONS,
    )


def connect_sync() -> redis.Redis:
    """A client for synchronous code, such as pages, the API and the admin."""
    return redis.Redis.from_url(
        settings.REDIS_LAYER_URL,
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
        max_connections=_MOST_CONNECTIONS,
    )
