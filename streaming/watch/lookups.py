from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import TypeAlias
from uuid import UUID

from cameras import access, database
from streaming.domain.allowance import Allowances
from streaming.lanes import VIEWERS
from streaming.tasks import Tasks

#: Cameras by slug.
Watchable: TypeAlias = Mapping[str, UUID]

#: Lookups for one identity: so many at once, and a second in the long run.
BURST = 100
PER_S = 10.0


class Lookups:
    """What identities may watch. However many sockets ask, and how often: the database is asked
    once for all that wait for the same answer, and ten times a second for one identity.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._waiting: dict[access.Identity, asyncio.Future[Watchable | None]] = {}
        self._busy: set[access.Identity] = set()
        self._allowances: Allowances[access.Identity] = Allowances(BURST, PER_S)

    async def watchable(self, identity: access.Identity) -> Watchable | None:
        """As of now; None when the identity no longer stands for anybody.

        Raises database.Unavailable.
        """
        answer = self._waiting.get(identity)
        if answer is None:
            answer = self._waiting[identity] = asyncio.get_running_loop().create_future()
            if identity not in self._busy:
                self._busy.add(identity)
                looking_up = self._tasks.start("lookups", self._look_up(identity))
                looking_up.add_done_callback(lambda _: self._ended(identity))
        # Others wait for it, too.
        return await asyncio.shield(answer)

    async def _look_up(self, identity: access.Identity) -> None:
        while identity in self._waiting:
            await asyncio.sleep(self._allowances.wait_s(identity, time.monotonic()))
            self._allowances.take(identity, time.monotonic())
            # Whoever asks from here on is answered by the next one.
            answer = self._waiting.pop(identity)
            try:
                answer.set_result(await self._ask(identity))
            except database.Unavailable as error:
                answer.set_exception(error)
            finally:
                answer.cancel()

    async def _ask(self, identity: access.Identity) -> Watchable | None:
        # What it said a short while ago holds while it is away.
        ask = partial(VIEWERS.run, watchable, identity)
        return await database.memory.ask_async(_key(identity), ask)

    def _ended(self, identity: access.Identity) -> None:
        self._busy.discard(identity)
        # The process ends.
        if unanswered := self._waiting.pop(identity, None):
            unanswered.cancel()


def watchable(identity: access.Identity) -> Watchable | None:
    """What the identity may watch; None when it no longer stands for anybody."""
    # Who it is now: the user of a socket's scope is as old as the socket.
    who = access.actor_of(identity)
    found = access.watchable_by_slug(who)
    # Viewers are asked about again and again: one whose socket breaks while the database is away
    # may come back.
    database.memory.keep(_key(identity), found)
    if identity.session_key:
        database.memory.keep(("session", identity.session_key), who)
    return found


def _key(identity: access.Identity) -> tuple[str, access.Identity]:
    return ("watchable", identity)
