"""Who may open another connection to a web process."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Hashable, Iterable
from typing import Any

from django.conf import settings

from cameras.addresses import network_of
from streaming import conf
from streaming.domain.allowance import Places
from streaming.domain.limits import Limit
from streaming.network.later import close_at_once
from streaming.process import web
from streaming.refusals import Refusals
from streaming.supervision.process import allow_all_files

logger = logging.getLogger(__name__)

#: Connections beyond the limit that are told so; those beyond these are cut off.
MAX_REFUSED = 100
RETRY_AFTER_S = 20
#: Files that a process needs beside its connections: listeners, the database, Redis, static files.
OTHER_FILES = 100
_WORDS = b"The server has too many connections. Try again in a few seconds.\n"


class Doors:
    """Counts the connections of a process. Addresses in `proxies` may have any number."""

    def __init__(
        self, most: int, each: int, refusals: Refusals, proxies: Iterable[str] = ()
    ) -> None:
        self._places = Places[str](most, each)
        self._refusals = refusals
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in proxies]
        self._open: dict[Hashable, str] = {}
        self._refused: set[Hashable] = set()

    def enter(self, connection: Hashable, address: str) -> bool | None:
        """Whether this connection is served; None where it isn't even told so."""
        key = self._key(connection, address)
        if self._places.take(key):
            self._open[connection] = key
            return True
        full = self._places.is_full
        self._refusals.count(Limit.CONNECTIONS if full else Limit.CONNECTIONS_PER_ADDRESS, address)
        if len(self._refused) >= MAX_REFUSED:
            return None
        self._refused.add(connection)
        return False

    def leave(self, connection: Hashable) -> None:
        """Once for each connection, also for those that were refused."""
        key = self._open.pop(connection, None)
        if key is not None:
            self._places.free(key)
        self._refused.discard(connection)

    def _key(self, connection: Hashable, address: str) -> str:
        """What it is counted by: of a proxy, each connection by itself."""
        return f"{address} {id(connection)}" if self._is_proxy(address) else network_of(address)

    def _is_proxy(self, address: str) -> bool:
        if not self._proxies:
            return False
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._proxies)


def make_doors() -> Doors:
    """Those of this web process, as its settings and the system say."""
    limits, files = conf.get(), allow_all_files()
    most = min(limits.CONNECTIONS, max(1, files - OTHER_FILES - MAX_REFUSED))
    if most < limits.CONNECTIONS:
        logger.warning(
            "The system allows this process %d files: %d connections at most", files, most
        )
    proxies = getattr(settings, "TRUSTED_PROXIES", ())
    return Doors(most, limits.CONNECTIONS_PER_ADDRESS, web.node().refusals, proxies)


async def refuse(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The application of a connection that is one too many."""
    if scope["type"] == "websocket":
        await close_at_once(receive, send, RETRY_AFTER_S)
        return
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(_WORDS)),
        (b"retry-after", b"%d" % RETRY_AFTER_S),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _WORDS})
