"""A camera of ours without a browser, and its connection with a real `Peer` over UDP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from streaming.demo.device import Device
from streaming.domain.sdp import clean_offer
from streaming.domain.tally import Tally
from streaming.publish.webrtc.peer import Peer
from tests.streaming.waiting import WITHIN_S

PATIENCE_S = 30


class Camera(Device):
    """A device whose frames all arrive, and what is said to it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        super().__init__(self.heard.put_nowait)

    @property
    def sctp(self) -> Any:
        return self.connection.sctp

    async def offer(self) -> str:
        return clean_offer(await super().offer())

    async def told(self, kind: str) -> dict[str, Any]:
        """The next message of this type on the control channel."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                message: dict[str, Any] = json.loads(await self.heard.get())
                if message.pop("type") == kind:
                    return message

    def vanish(self) -> None:
        """Lose the network: no packet goes out or comes in any more."""
        for protocol in ice(self.connection)._protocols:
            protocol.transport.abort()


class Refusals(Tally):
    """What the guard refuses, and when."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Event()

    def add(self, reason: str, count: int = 1) -> None:
        super().add(reason, count)
        self._changed.set()

    async def told(self, reason: str, count: int = 1) -> None:
        """Wait until this was refused so many times."""
        while self.total[reason] < count:
            self._changed.clear()
            await self._changed.wait()


class Server:
    """A `Peer`, and what it hands on, unless somebody else takes it."""

    def __init__(
        self,
        on_frame: Callable[[bytes | str], None] | None = None,
        on_control: Callable[[str], None] | None = None,
        udp_ports: range = range(0),
        ice_servers: Sequence[Mapping[str, Any]] = (),
        refused: Tally | None = None,
    ) -> None:
        self.frames: asyncio.Queue[bytes | str] = asyncio.Queue()
        self.controls: asyncio.Queue[str] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.peer = Peer(
            ice_servers=ice_servers,
            refused=Tally() if refused is None else refused,
            udp_ports=udp_ports,
            on_frame=on_frame or self.frames.put_nowait,
            on_control=on_control or self.controls.put_nowait,
            on_closed=self.closed.set,
        )

    @property
    def sctp(self) -> Any:
        return self.peer._connection.sctp

    @property
    def ice(self) -> Any:
        return ice(self.peer._connection)


class Session:
    def __init__(self, camera: Camera | None = None, **options: Any) -> None:
        self.camera = camera or Camera()
        self.server = Server(**options)

    async def connect(self) -> None:
        await self.camera.accept(await self.server.peer.answer(await self.camera.offer()))
        await self.server.peer.opened()
        await self.camera.opened()

    async def exchange(self, message: bytes) -> bytes | str:
        """What arrives at the server when the camera sends this."""
        self.camera.frames.send(message)
        return await self.server.frames.get()


def ice(connection: Any) -> Any:
    """The ICE connection under a peer connection."""
    return connection.sctp.transport.transport._connection


async def all_others_done() -> None:
    """Wait for the end of every task but the caller's."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


@asynccontextmanager
async def connected(**options: Any) -> AsyncIterator[Session]:
    """A session with open channels."""
    session = Session(**options)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await session.connect()
        yield session
    finally:
        await session.camera.connection.close()
        await session.server.peer.close()
