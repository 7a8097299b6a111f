"""How many people watch by a share link at once, over all processes."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from uuid import UUID

from streaming.backplane.connection import Unavailable
from streaming.backplane.store import AsyncStore
from streaming.tasks import raise_if_cancelled

_RETAKE_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """One viewer's place; links that say how many may watch at once have as many."""

    link_id: UUID
    most: int
    viewer: str = field(default_factory=lambda: uuid.uuid4().hex)


class LinkPlaces:
    """The places that the viewers of a process hold. While Redis is away, nobody is counted."""

    def __init__(self, store: AsyncStore) -> None:
        self._store = store
        self._held: set[LinkPlace] = set()

    async def take(self, place: LinkPlace) -> bool:
        """Whether there is room. Who takes a place frees it."""
        if not await self._ask_for(place):
            return False
        self._held.add(place)
        return True

    async def free(self, place: LinkPlace) -> None:
        self._held.discard(place)
        try:
            await self._store.free_place(place.link_id, place.viewer)
        except Unavailable:
            # It is free by itself a moment later.
            return

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(_RETAKE_EVERY_S)
            for place in list(self._held):
                await self._ask_for(place)

    async def _ask_for(self, place: LinkPlace) -> bool:
        try:
            return await self._store.take_place(place.link_id, place.viewer, place.most)
        except Unavailable:
            return True
        finally:
            raise_if_cancelled()
