"""The server's end of the doctor's test connections, which carry no camera and leave no record."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from streaming import conf
from streaming.backplane.clock import ServerClock
from streaming.domain.tally import Tally
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.doctor import MAX_FILLED_BYTES, FromPage, Ping, Pong
from streaming.publish.publication import NEGOTIATION_TIMEOUT_S
from streaming.publish.webrtc.peer import Peer

#: A check of the whole line takes 10 s.
LIFE_S = 15.0
#: Whoever asks more than that checks nothing.
MAX_PINGS = 100
MAX_PING_BYTES = 200

_DECODER = Decoder[FromPage](FromPage, MAX_PING_BYTES)


class Full(Exception):
    """As many test connections are there as DOCTOR_CHECKS allows."""


class _Probe:
    """One test connection: it counts what comes on `frames`, and answers pings on `control`."""

    def __init__(self, refused: Tally, clock: ServerClock) -> None:
        self._clock = clock
        self._bytes = 0
        self._pings = 0
        self._closed = asyncio.Event()
        self._peer = Peer(
            ice_servers=conf.get().ICE_SERVERS,
            refused=refused,
            udp_ports=conf.get().UDP_PORTS,
            label="the doctor's test connection",
            on_frame=self._count,
            on_control=self._answer,
            on_closed=self._closed.set,
        )

    async def answer(self, offer: str) -> str:
        """Raises PeerError, NoFreePort and TimeoutError."""
        async with asyncio.timeout(NEGOTIATION_TIMEOUT_S):
            return await self._peer.answer(offer)

    async def ended(self) -> None:
        """Wait until the page has left, or has had its time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LIFE_S):
                await self._closed.wait()

    async def close(self) -> None:
        await self._peer.close()

    def _count(self, data: bytes | str) -> None:
        self._bytes += len(data)
        if self._bytes > MAX_FILLED_BYTES:
            self._closed.set()

    def _answer(self, text: str) -> None:
        self._pings += 1
        try:
            message = _DECODER.decode(text)
        except MessageError:
            message = None
        if isinstance(message, Ping) and self._pings <= MAX_PINGS:
            pong = Pong(message.time, self._clock.now_ms(), self._bytes)
            self._peer.send_control(pong.text())
        else:
            self._closed.set()


class Probes:
    """Those of a process: at most DOCTOR_CHECKS at once, each for LIFE_S."""

    def __init__(self, refused: Tally, clock: ServerClock) -> None:
        self._refused = refused
        self._clock = clock
        self._count = 0

    @contextlib.asynccontextmanager
    async def take(self, offer: str) -> AsyncIterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """The answer to a cleaned offer, and what waits for the connection's end.

        Raises Full, PeerError, NoFreePort and TimeoutError.
        """
        if self._count >= conf.get().DOCTOR_CHECKS:
            raise Full
        probe = _Probe(self._refused, self._clock)
        self._count += 1
        try:
            yield await probe.answer(offer), probe.ended
        finally:
            self._count -= 1
            await probe.close()
