from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias
from uuid import UUID

from django.db import OperationalError

from cameras import access, database
from cameras.identity import Identity
from cameras.models import Camera
from cameras.naming import in_natural_order
from streaming.domain.allowance import Allowance, Allowances
from streaming.lanes import VIEWERS
from streaming.protocol.facts import ListedCamera
from streaming.tasks import Tasks

#: Lookups for one identity: so many at once, and a second in the long run.
BURST = 100
PER_S = 10.0
#: Lookups a second for all visitors together, whose networks take turns.
VISITORS_PER_S = 50.0
#: Addresses that one lookup asks for: those of several walls.
MAX_ADDRESSES = 500
#: And so many lists.
MAX_LISTS = 100
#: The list of all cameras, among those of groups, which have their slugs as names.
ALL = ""
#: Addresses whose cameras are remembered for as long as the database is away.
MAX_KNOWN = 10_000

#: Who asks: visitors are the same to the rule book, and wait only for those of their network.
Asker: TypeAlias = tuple[Identity, str]


_VISITOR = Identity()


@dataclass(frozen=True, slots=True)
class CameraList:
    """What somebody may watch of all cameras, or of a group: by name."""

    cameras: tuple[ListedCamera, ...] = ()
    #: What the group is called, if it is one that they see.
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Watchable:
    """What somebody may watch."""

    #: Each list that was asked for, also by others who are the same; none for those who stand for
    #: nobody any more.
    lists: Mapping[str, CameraList]
    #: Of the addresses that were asked for, also by others who are the same.
    found: Mapping[str, UUID]


@dataclass(slots=True)
class _Question:
    answer: asyncio.Future[Watchable]
    addresses: set[str]
    #: Slugs of groups, and ALL.
    lists: set[str]


class Lookups:
    """What identities may watch. However many sockets ask, and how often: the database is asked
    once for all that wait for the same identity, and ten times a second for each. Visitors count by
    their network: whoever asks for much holds up no visitor from elsewhere.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._waiting: dict[Asker, deque[_Question]] = defaultdict(deque)
        self._busy: set[Asker] = set()
        self._allowances: Allowances[Asker] = Allowances(BURST, PER_S)
        self._of_visitors = Allowance(BURST, VISITORS_PER_S)
        #: Those who wait get it in the order in which they came: one lookup of each network.
        self._turn_of_visitors = asyncio.Lock()
        #: Where cameras were found, whoever may watch them.
        self._known: dict[str, UUID] = {}

    async def look(
        self,
        identity: Identity,
        addresses: Collection[str],
        lists: Collection[str] = (),
        network: str = "",
    ) -> Watchable:
        """What the identity may watch now. `network` is where a visitor comes from, if that is
        known.

        Raises database.Unavailable, and CancelledError when the process ends.
        """
        asker = (identity, network if identity == _VISITOR else "")
        question = self._question(asker, addresses, lists)
        question.addresses |= set(addresses)
        question.lists |= set(lists)
        if asker not in self._busy:
            self._busy.add(asker)
            looking = self._tasks.start("lookups", self._look_up(asker))
            looking.add_done_callback(partial(self._end_unbegun, asker))
        # Others wait for it, too.
        return await asyncio.shield(question.answer)

    def _question(
        self, asker: Asker, addresses: Collection[str], lists: Collection[str]
    ) -> _Question:
        """One that has not been asked yet, and has room."""
        waiting = self._waiting[asker]
        if not waiting or (
            len(waiting[-1].addresses) + len(addresses) > MAX_ADDRESSES
            or len(waiting[-1].lists) + len(lists) > MAX_LISTS
        ):
            answer = asyncio.get_running_loop().create_future()
            waiting.append(_Question(answer, set(), set()))
        return waiting[-1]

    async def _look_up(self, asker: Asker) -> None:
        try:
            while self._waiting[asker]:
                await self._answer_next(asker)
        finally:
            # Not one step of the loop after the last look for questions: another may come in it.
            self._end(asker)

    def _end_unbegun(self, asker: Asker, looking: asyncio.Task[None]) -> None:
        """The process may end before the first step of the task."""
        if looking.cancelled():
            self._end(asker)

    def _end(self, asker: Asker) -> None:
        self._busy.discard(asker)
        # Some are left when the process ends.
        for question in self._waiting.pop(asker, ()):
            question.answer.cancel()

    async def _wait_for_turn(self, asker: Asker) -> None:
        await asyncio.sleep(self._allowances.wait_s(asker, time.monotonic()))
        self._allowances.take(asker, time.monotonic())
        if asker[0] != _VISITOR:
            return
        async with self._turn_of_visitors:
            await asyncio.sleep(self._of_visitors.wait_s(time.monotonic()))
            self._of_visitors.take(time.monotonic())

    async def _answer_next(self, asker: Asker) -> None:
        await self._wait_for_turn(asker)
        identity, _network = asker
        # Whoever asks from here on is answered by the next one.
        question = self._waiting[asker].popleft()
        try:
            question.answer.set_result(await self._ask(identity, question))
        except database.Unavailable as error:
            question.answer.set_exception(error)
        finally:
            question.answer.cancel()

    async def _ask(self, identity: Identity, question: _Question) -> Watchable:
        answers: list[Watchable] = []

        async def ask() -> frozenset[UUID]:
            asked = (identity, question.addresses, question.lists)
            ids, answer = await VIEWERS.run(look, *asked)
            answers.append(answer)
            self._remember(answer.found)
            return ids

        # What it said a short while ago holds while the database is away.
        ids = await database.memory.ask_async(_key(identity), ask)
        return answers[0] if answers else self._remembered(ids, question)

    def _remember(self, found: Mapping[str, UUID]) -> None:
        self._known |= found
        while len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]

    def _remembered(self, ids: frozenset[UUID], question: _Question) -> Watchable:
        """Raises database.Unavailable where that has to say more."""
        if question.lists or question.addresses - self._known.keys():
            raise OperationalError("only earlier answers are known")
        found = {address: self._known[address] for address in question.addresses}
        return Watchable({}, {address: pk for address, pk in found.items() if pk in ids})


def look(
    identity: Identity, addresses: Collection[str], lists: Collection[str]
) -> tuple[frozenset[UUID], Watchable]:
    """What an identity may watch now: the ids of all cameras, and what was asked for.

    Raises django.db.Error.
    """
    # Who it is now: the user of a socket's scope is as old as the socket.
    who = access.actor_of(identity)
    if who is None:
        # Not even lists without cameras: a page would show such a wall, and not that it has ended.
        return frozenset(), Watchable({}, {})
    found: dict[str, UUID] = {}
    asked = sorted(addresses)
    for first in range(0, len(asked), MAX_ADDRESSES):
        found |= access.watchable_at(who, asked[first : first + MAX_ADDRESSES])
    return _ids(who), Watchable(_lists(who, lists), found)


def _lists(who: access.Actor, names: Collection[str]) -> dict[str, CameraList]:
    groups = set(names) - {ALL}
    lists = dict.fromkeys(groups, CameraList())
    if groups:
        for slug, (name, cameras) in access.watchable_by_group(who, groups).items():
            lists[slug] = CameraList(_listed(cameras), name)
    if ALL in names:
        lists[ALL] = CameraList(_listed(access.watchable_with_rights(who)))
    return lists


def _listed(cameras: Iterable[Camera]) -> tuple[ListedCamera, ...]:
    return tuple(map(ListedCamera.of, in_natural_order(cameras)))


def allowed(identity: Identity) -> frozenset[UUID] | None:
    """The ids of what an identity may watch; None when it no longer stands for anybody.

    Raises django.db.Error.
    """
    changes = database.memory.changes
    who = access.actor_of(identity)
    ids = None if who is None else _ids(who)
    # Viewers are asked about again and again: one whose socket breaks while the database is away
    # may come back.
    database.memory.keep(_key(identity), ids, changes)
    if identity.session_key:
        database.memory.keep(("session", identity.session_key), who, changes)
    return ids


def _ids(who: access.Actor) -> frozenset[UUID]:
    return frozenset(access.watchable(who).values_list("pk", flat=True))


def _key(identity: Identity) -> tuple[str, Identity]:
    return ("watchable", identity)
