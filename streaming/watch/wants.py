from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from uuid import UUID

from streaming.backplane.bus import FrameBus
from streaming.backplane.connection import Unavailable
from streaming.domain.demand import Want
from streaming.tasks import raise_if_cancelled

#: What viewers want is said so often, and at once when it changes; a want lives for five seconds.
_EVERY_S = 2.0
#: Of many who come at once, and of one who asks without end, no more often than this.
_PAUSE_S = 0.1
#: What Redis did not take is said again so soon.
_AGAIN_S = 0.5


class WantsPublisher:
    """Says what the viewers of a process want of each camera, to those who take its frames in."""

    def __init__(
        self, process_id: str, bus: FrameBus, wants: Callable[[], Mapping[UUID, Want]]
    ) -> None:
        self._process_id = process_id
        self._bus = bus
        self._wants = wants
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Viewers may want something else now."""
        self._changed.set()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_EVERY_S):
                    await self._changed.wait()
            self._changed.clear()
            try:
                await self._bus.want(self._process_id, self._wants())
            except Unavailable:
                # Meanwhile nobody can send frames either.
                self._changed.set()
                await asyncio.sleep(_AGAIN_S)
            raise_if_cancelled()
            await asyncio.sleep(_PAUSE_S)
