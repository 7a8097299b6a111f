"""Clients of the one Redis or Valkey server that all processes share."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any, cast

import redis
import redis.asyncio
from django.conf import settings
from redis import exceptions
from redis._parsers import BaseParser

from streaming.backplane.pools import MIN_CONNECTIONS, AsyncPool, Pool
from streaming.domain.backoff import Backoff

#: REST answers within 2 s also when Redis is frozen, and nothing on the frame path waits for it.
TIMEOUT_S = 1.0
#: Of one client in one process.
MAX_CONNECTIONS = 10
_OPTIONS: dict[str, Any] = {
    "socket_timeout": TIMEOUT_S,
    "socket_connect_timeout": TIMEOUT_S,
    # Whoever comes when all are in use waits for one, so that a burst is not taken for an outage.
    "max_connections": MAX_CONNECTIONS,
    "timeout": TIMEOUT_S,
}


class NotServing(exceptions.ResponseError):
    """Redis answers, and takes no commands for now: its disk is full (MISCONF), a script runs
    (BUSY), or it misses its replicas (NOREPLICAS)."""


# redis-py has no class for these, and would call them errors of ours.
for _code in ("MISCONF", "BUSY", "NOREPLICAS"):
    BaseParser.EXCEPTION_CLASSES.setdefault(_code, NotServing)

#: What a call raises while Redis is away or full. Any other error of Redis, such as that of a wrong
#: script or type of key, is a fault of ours: nobody catches it, and it ends the process.
Unavailable: tuple[type[Exception], ...] = (
    exceptions.ConnectionError,  # also: still loading, too many clients
    exceptions.TimeoutError,
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,  # also: a replica without its master
    exceptions.TryAgainError,
    NotServing,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


def reconnect_waits() -> Backoff:
    """What to wait between attempts while Redis is away: soon at first, then every second."""
    return Backoff(first_s=0.05, max_s=1.0)


def connect() -> redis.asyncio.Redis:
    """A client for one event loop; connects on first use."""
    pool = AsyncPool.from_url(settings.REDIS_LAYER_URL, **_OPTIONS)
    return redis.asyncio.Redis.from_pool(pool)


async def open_connections(client: redis.asyncio.Redis) -> None:
    """Opens the least that a process has, so that its first frame waits for none.

    One that breaks later is opened again by whoever needs it next.
    """
    with contextlib.suppress(*Unavailable):
        pings = (cast(Any, client.ping()) for _ in range(MIN_CONNECTIONS))
        await asyncio.gather(*pings)


def connect_sync() -> redis.Redis:
    """A client for synchronous code, such as pages, the API and the admin."""
    pool = Pool.from_url(settings.REDIS_LAYER_URL, **_OPTIONS)
    return redis.Redis.from_pool(pool)
