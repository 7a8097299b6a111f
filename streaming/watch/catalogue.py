"""Tells viewers which cameras they may watch, soon after that may have changed."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec
from channels.db import database_sync_to_async
from django import db

from cameras import access
from streaming.protocol.facts import ListedCamera

logger = logging.getLogger(__name__)

#: However many changes there are, viewers are told so often at most.
EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Watchable:
    """What somebody may watch."""

    #: All, by name; none where nobody asked for the list.
    cameras: tuple[ListedCamera, ...]
    #: Of the addresses that were asked for.
    found: Mapping[str, UUID]


class Follower(Protocol):
    """A viewer who wants to know more than what becomes of the cameras they watch."""

    identity: access.Identity

    @property
    def follows(self) -> bool:
        """Whether they want the list of all that they may watch."""

    @property
    def wished(self) -> Collection[str]:
        """Addresses of cameras that they were refused, and would watch."""

    async def may_watch(self, watchable: Watchable) -> None:
        """Does not raise."""


class Catalogue:
    """The followers of a process."""

    def __init__(self) -> None:
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
            if follower.follows or follower.wished:
                asking[follower.identity].append(follower)
        for identity, followers in asking.items():
            wished = {address for follower in followers for address in follower.wished}
            try:
                watchable = await look(identity, wished, any(each.follows for each in followers))
            except db.Error as error:
                logger.warning("Cameras of %s not asked for: %s", identity, error)
                continue
            for follower in followers:
                await follower.may_watch(watchable)


@database_sync_to_async
def look(
    identity: access.Identity, addresses: Collection[str], with_list: bool = False
) -> Watchable:
    """What an identity may watch now. Raises django.db.Error."""
    # Who it is now: the user of a socket's scope is as old as the socket.
    who = access.actor_of(identity)
    if who is None:
        return Watchable((), {})
    cameras = access.watchable(who) if with_list else ()
    listed = tuple(msgspec.convert(each, ListedCamera, from_attributes=True) for each in cameras)
    return Watchable(listed, access.watchable_at(who, addresses))
