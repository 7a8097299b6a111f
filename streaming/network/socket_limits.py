"""How many WebSockets one visitor may have, of the process that they come to."""

from __future__ import annotations

import sys
import time
from typing import Any

from cameras.addresses import network_of
from streaming.domain.allowance import Allowances, Places
from streaming.domain.limits import Limit
from streaming.limits import Limits
from streaming.network.later import close_at_once
from streaming.refusals import Refusals

#: Where nobody knows when a place is free again.
RETRY_AFTER_S = 20


class Visitors:
    """Counts the WebSockets of each address and of each person, for all applications it wraps."""

    def __init__(self, limits: Limits, refusals: Refusals) -> None:
        per_minute = limits.HANDSHAKES_PER_ADDRESS
        self._handshakes = Allowances[str](per_minute, per_minute / 60)
        self._addresses = Places[str](sys.maxsize, limits.SOCKETS_PER_ADDRESS)
        self._people = Places[int](sys.maxsize, limits.SOCKETS_PER_PERSON)
        self._refusals = refusals

    def by_address(self, application: Any) -> Any:
        """So many of one address, and so many that it opens in a minute.

        The address is that of the scope: behind a proxy, whatever ProxyHeadersMiddleware believes.
        """

        async def limited(scope: dict[str, Any], receive: Any, send: Any) -> None:
            address = (scope.get("client") or ("",))[0]
            if not address:
                # Of a Unix socket: nothing tells its visitors apart.
                await application(scope, receive, send)
                return
            network, now_s = network_of(address), time.monotonic()
            if not self._handshakes.take(network, now_s):
                self._refusals.count(Limit.HANDSHAKES_PER_ADDRESS, network)
                await close_at_once(receive, send, self._handshakes.wait_s(network, now_s))
            elif not self._addresses.take(network):
                self._refusals.count(Limit.SOCKETS_PER_ADDRESS, network)
                await close_at_once(receive, send, RETRY_AFTER_S)
            else:
                try:
                    await application(scope, receive, send)
                finally:
                    self._addresses.free(network)

        return limited

    def by_person(self, application: Any) -> Any:
        """So many of one person, on any device and with any token.

        Who has signed in on the page counts at once. `scope["take_place"]` is for who shows a token
        later: it takes the user, and says whether there is room.
        """

        async def limited(scope: dict[str, Any], receive: Any, send: Any) -> None:
            people: set[int] = set()

            def take_place(user: Any) -> bool:
                if user.pk in people:
                    return True
                if not self._people.take(user.pk):
                    self._refusals.count(Limit.SOCKETS_PER_PERSON, user.get_username())
                    return False
                people.add(user.pk)
                return True

            try:
                if scope["user"].is_authenticated and not take_place(scope["user"]):
                    await close_at_once(receive, send, RETRY_AFTER_S)
                else:
                    await application({**scope, "take_place": take_place}, receive, send)
            finally:
                for person in people:
                    self._people.free(person)

        return limited
