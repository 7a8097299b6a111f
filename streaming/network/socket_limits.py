"""How many WebSockets one visitor may have, of the process that they come to."""

from __future__ import annotations

import sys
import time
from typing import Any, Generic, TypeVar

from streaming.domain.addresses import network_of
from streaming.domain.allowance import Allowances, Places
from streaming.domain.limits import Limit
from streaming.network.later import close_at_once
from streaming.refusals import Refusals

#: Where nobody knows when a place is free again.
RETRY_AFTER_S = 20

K = TypeVar("K", int, str)


class _Sockets(Generic[K]):
    def __init__(self, application: Any, each: int, limit: Limit, refusals: Refusals) -> None:
        self._application = application
        self._places = Places[K](sys.maxsize, each)
        self._limit = limit
        self._refusals = refusals

    async def open(self, key: K, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not self._places.take(key):
            self._refusals.count(self._limit, str(key))
            await close_at_once(receive, send, RETRY_AFTER_S)
            return
        try:
            await self._application(scope, receive, send)
        finally:
            self._places.free(key)


class AddressLimit:
    """So many WebSockets of one address, and so many that it opens in a minute.

    The address is that of the scope: behind a proxy, whatever ProxyHeadersMiddleware believes.
    """

    def __init__(
        self, application: Any, each: int, handshakes_per_minute: int, refusals: Refusals
    ) -> None:
        self._application = application
        self._sockets = _Sockets[str](application, each, Limit.SOCKETS_PER_ADDRESS, refusals)
        self._handshakes = Allowances[str](handshakes_per_minute, handshakes_per_minute / 60)
        self._refusals = refusals

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        address = (scope.get("client") or ("",))[0]
        if not address:
            # Of a Unix socket: nothing tells its visitors apart.
            await self._application(scope, receive, send)
            return
        network, now_s = network_of(address), time.monotonic()
        if not self._handshakes.take(network, now_s):
            self._refusals.count(Limit.HANDSHAKES_PER_ADDRESS, network)
            await close_at_once(receive, send, self._handshakes.wait_s(network, now_s))
            return
        await self._sockets.open(network, scope, receive, send)


class PersonLimit:
    """So many WebSockets of one person who has signed in, on any device."""

    def __init__(self, application: Any, each: int, refusals: Refusals) -> None:
        self._application = application
        self._sockets = _Sockets[int](application, each, Limit.SOCKETS_PER_PERSON, refusals)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        user = scope["user"]
        if user.is_authenticated:
            await self._sockets.open(user.pk, scope, receive, send)
        else:
            await self._application(scope, receive, send)
