from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from django import db

from cameras import access
from streaming.database import VIEWERS
from streaming.tasks import Tasks

#: Cameras by slug.
Watchable: TypeAlias = Mapping[str, UUID]

#: From one lookup for an identity to the next.
PAUSE_S = 0.1


class Lookups:
    """What identities may watch. However many sockets ask, and how often: the database is asked
    once for all that wait for the same answer, at most ten times a second for one identity.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._waiting: dict[access.Identity, asyncio.Future[Watchable | None]] = {}
        self._busy: set[access.Identity] = set()

    async def watchable(self, identity: access.Identity) -> Watchable | None:
        """As of now; None when the identity no longer stands for anybody. Raises db.Error."""
        answer = self._waiting.get(identity)
        if answer is None:
            answer = self._waiting[identity] = asyncio.get_running_loop().create_future()
            if identity not in self._busy:
                self._busy.add(identity)
                self._tasks.start("lookups", self._look_up(identity))
        # Others wait for it, too.
        return await asyncio.shield(answer)

    async def _look_up(self, identity: access.Identity) -> None:
        try:
            while answer := self._waiting.pop(identity, None):
                try:
                    answer.set_result(await VIEWERS.run(watchable, identity))
                except db.Error as error:
                    answer.set_exception(error)
                finally:
                    answer.cancel()
                await asyncio.sleep(PAUSE_S)
        finally:
            self._busy.discard(identity)
            if unanswered := self._waiting.pop(identity, None):
                unanswered.cancel()


def watchable(identity: access.Identity) -> Watchable | None:
    """What the identity may watch; None when it no longer stands for anybody."""
    # Who it is now: the user of a socket's scope is as old as the socket.
    who = access.actor_of(identity)
    if who is None:
        return None
    return dict(access.watchable(who).values_list("slug", "pk"))
