"""Clients of the one Redis or Valkey server that all processes share."""

from __future__ import annotations

from typing import Any

import redis
import redis.asyncio
from django.conf import settings

from streaming.domain.backoff import Backoff

#: REST answers within 2 s also when Redis is frozen, and nothing on the frame path waits for it.
TIMEOUT_S = 1.0
_OPTIONS: dict[str, Any] = {
    "socket_timeout": TIMEOUT_S,
    "socket_connect_timeout": TIMEOUT_S,
    # Whoever comes when all are in use waits for one, so that a burst is not taken for an outage.
    "max_connections": 10,
    "timeout": TIMEOUT_S,
}

#: What a call raises while Redis is away.
Unavailable: tuple[type[Exception], ...] = (redis.exceptions.RedisError, OSError)


def reconnect_waits() -> Backoff:
    """What to wait between attempts while Redis is away: soon at first, then every second."""
    return Backoff(first_s=0.05, most_s=1.0)


def connect() -> redis.asyncio.Redis:
    """A client for one event loop; connects on first use."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(settings.REDIS_LAYER_URL, **_OPTIONS)
    return redis.asyncio.Redis.from_pool(pool)


def connect_sync() -> redis.Redis:
    """A client for synchronous code, such as pages, the API and the admin."""
    pool = redis.BlockingConnectionPool.from_url(settings.REDIS_LAYER_URL, **_OPTIONS)
    return redis.Redis.from_pool(pool)
