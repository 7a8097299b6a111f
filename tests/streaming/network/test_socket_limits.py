from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from streaming.domain.limits import Limit
from streaming.limits import Limits
from streaming.network.socket_limits import Visitors
from streaming.refusals import Refusals
from streaming.tasks import stop


def person(pk: int | None) -> SimpleNamespace:
    return SimpleNamespace(is_authenticated=pk is not None, pk=pk, get_username=lambda: "owner")


class Crowd:
    """Sockets that stay open until the test ends them."""

    def __init__(self, **limits: Any) -> None:
        self.refusals = Refusals()
        self._visitors = Visitors(replace(Limits(), **limits), self.refusals)
        self._open: list[asyncio.Task[None]] = []
        self._take_place: list[Callable[[Any], bool]] = []

    async def come(self, address: str = "", user: int | None = None) -> str:
        """What became of one more socket: "open", or the reason of its close."""
        said: list[dict[str, Any]] = []
        opened = asyncio.Event()

        async def stay(scope, receive, send) -> None:
            opened.set()
            self._take_place.append(scope["take_place"])
            await asyncio.Event().wait()

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        scope: dict[str, Any] = {"type": "websocket", "client": (address, 5) if address else None}
        scope["user"] = person(user)
        limited = self._visitors.by_address(self._visitors.by_person(stay))
        task = asyncio.create_task(limited(scope, receive, send))
        self._open.append(task)
        for _ in range(5):
            await asyncio.sleep(0)
        if opened.is_set():
            return "open"
        assert [message["type"] for message in said] == ["websocket.accept", "websocket.close"]
        assert said[1]["code"] == 1013
        reason: str = said[1]["reason"]
        return reason

    def shows_token(self, number: int, user: int) -> bool:
        """Whether there is room for this socket as one of the user's."""
        return self._take_place[number](person(user))

    async def leave(self, number: int = 0) -> None:
        await stop(self._open.pop(number))


async def test_an_address_has_so_many_sockets_and_is_told_when_to_come_back():
    crowd = Crowd(SOCKETS_PER_ADDRESS=2)
    came = [await crowd.come("203.0.113.1") for _ in range(3)]
    assert came == ["open", "open", "retry_after=20"]
    assert await crowd.come("203.0.113.2") == "open"
    assert crowd.refusals.total[Limit.SOCKETS_PER_ADDRESS] == 1


async def test_a_socket_that_ends_makes_room():
    crowd = Crowd(SOCKETS_PER_ADDRESS=1, SOCKETS_PER_PERSON=1)
    assert await crowd.come("203.0.113.1", user=7) == "open"
    await crowd.leave()
    assert await crowd.come("203.0.113.1", user=7) == "open"


async def test_addresses_of_one_network_of_ipv6_count_together():
    crowd = Crowd(SOCKETS_PER_ADDRESS=1)
    assert await crowd.come("2001:db8:1:2::1") == "open"
    assert await crowd.come("2001:db8:1:2::2") == "retry_after=20"
    assert await crowd.come("2001:db8:1:3::1") == "open"


async def test_who_opens_too_many_in_a_minute_waits_until_the_next_is_due():
    crowd = Crowd(HANDSHAKES_PER_ADDRESS=6)
    for _ in range(6):
        assert await crowd.come("203.0.113.1") == "open"
        await crowd.leave()
    assert await crowd.come("203.0.113.1") == "retry_after=10"
    assert await crowd.come("203.0.113.2") == "open"
    assert crowd.refusals.total[Limit.HANDSHAKES_PER_ADDRESS] == 1


async def test_a_person_has_so_many_sockets_from_wherever_they_come():
    crowd = Crowd(SOCKETS_PER_PERSON=2)
    came = [await crowd.come(f"203.0.113.{each}", user=7) for each in range(3)]
    assert came == ["open", "open", "retry_after=20"]
    assert await crowd.come("203.0.113.1", user=8) == "open"
    assert await crowd.come("203.0.113.1") == "open"
    assert crowd.refusals.total[Limit.SOCKETS_PER_PERSON] == 1


async def test_whoever_shows_a_token_later_counts_from_then_on():
    crowd = Crowd(SOCKETS_PER_PERSON=2)
    for _ in range(3):
        assert await crowd.come() == "open"
    assert [crowd.shows_token(number, user=7) for number in (0, 1, 1, 2)] == [True] * 3 + [False]
    assert crowd.refusals.total[Limit.SOCKETS_PER_PERSON] == 1
    assert await crowd.come(user=7) == "retry_after=20"
    await crowd.leave()
    assert await crowd.come(user=7) == "open"


async def test_where_no_address_is_known_nobody_is_taken_for_another():
    crowd = Crowd(SOCKETS_PER_ADDRESS=1)
    assert [await crowd.come(), await crowd.come()] == ["open", "open"]
