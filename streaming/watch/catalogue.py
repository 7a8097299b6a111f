"""Tells viewers which cameras they may watch, soon after that may have changed."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from typing import Protocol

from cameras import access, database
from streaming.watch.lookups import Lookups, Watchable

#: However many changes there are, viewers are told so often at most.
EVERY_S = 0.5


class Follower(Protocol):
    """A viewer who wants to know more than what becomes of the cameras they watch."""

    identity: access.Identity

    @property
    def follows(self) -> str | None:
        """The list they want: a group's slug, or `lookups.ALL` of all that they may watch."""

    @property
    def wished(self) -> Collection[str]:
        """Addresses of cameras that they were refused, and would watch."""

    async def may_watch(self, watchable: Watchable) -> None:
        """Does not raise."""


class Catalogue:
    """The followers of a process."""

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._followers: set[Follower] = set()
        self._changed = asyncio.Event()

    def add(self, follower: Follower) -> None:
        self._followers.add(follower)

    def remove(self, follower: Follower) -> None:
        self._followers.discard(follower)

    def changed(self) -> None:
        """Somebody may have gained or lost a right, or a camera has another name."""
        self._changed.set()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._tell_all()
            await asyncio.sleep(EVERY_S)

    async def _tell_all(self) -> None:
        """Asks the rule book once for each identity."""
        asking: dict[access.Identity, list[Follower]] = defaultdict(list)
        for follower in self._followers:
            if follower.follows is not None or follower.wished:
                asking[follower.identity].append(follower)
        for identity, followers in asking.items():
            wished = {address for follower in followers for address in follower.wished}
            try:
                lists = {each.follows for each in followers if each.follows is not None}
                watchable = await self._lookups.look(identity, wished, lists)
            except database.Unavailable as error:
                # Nor would it answer for the others; all is looked at again every ten seconds.
                database.outages.note(error)
                return
            for follower in followers:
                await follower.may_watch(watchable)
