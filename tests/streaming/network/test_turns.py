from __future__ import annotations

import asyncio
import sys
import time

import pytest

from streaming.network import turns
from streaming.network.turns import FREE, SWITCH_S, Turns
from tests.streaming.waiting import end, until

REQUESTS = FREE + 3


class Application:
    """Notes who is inside; each leaves when told to."""

    def __init__(self):
        self.begun: list[int] = []
        self.leave = asyncio.Event()
        self.answers_at_once = False

    async def __call__(self, scope, receive, send):
        self.begun.append(scope["number"])
        if self.answers_at_once:
            await send({"type": "http.response.start"})
        await self.leave.wait()


@pytest.fixture
def application():
    return Application()


@pytest.fixture
async def ask(application):
    """Has that many requests come, one after the other."""
    waiting: list[asyncio.Task[None]] = []
    door = Turns(application)

    async def send(message):
        pass

    def ask(count):
        for number in range(count):
            waiting.append(asyncio.create_task(door({"number": number}, None, send)))
        return waiting

    yield ask
    for each in waiting:
        await end(each)


@pytest.fixture
def never_patient(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_S", 60.0)


@pytest.fixture
async def late_loop(never_patient):
    """Something computes all the time, as threads do beside the event loop."""
    loop = asyncio.get_running_loop()
    is_over = False

    def compute():
        time.sleep(3 * turns.MAX_LAG_S)
        if not is_over:
            loop.call_soon(compute)

    compute()
    yield
    is_over = True


async def test_while_the_event_loop_is_late_few_requests_compute(application, ask, late_loop):
    ask(REQUESTS)
    await asyncio.sleep(0.2)
    assert application.begun == [*range(FREE)]


def test_a_thread_that_computes_keeps_pythons_lock_for_a_moment_only(monkeypatch):
    told: list[float] = []
    monkeypatch.setattr(sys, "setswitchinterval", told.append)
    Turns(None)
    assert told == [SWITCH_S]


async def test_when_one_has_its_answer_the_next_one_begins(application, ask, late_loop):
    requests = ask(REQUESTS)
    await until(lambda: len(application.begun) == FREE)
    await end(requests[0])
    await until(lambda: len(application.begun) == FREE + 1)
    assert application.begun == [*range(FREE + 1)]


async def test_who_left_the_queue_is_not_waited_for(application, ask, late_loop):
    requests = ask(REQUESTS)
    await until(lambda: len(application.begun) == FREE)
    await end(requests[FREE])
    await end(requests[0])
    await until(lambda: len(application.begun) == FREE + 1)
    assert application.begun[-1] == FREE + 1


async def test_those_who_only_wait_keep_nobody_waiting(application, ask, never_patient):
    ask(REQUESTS)
    await until(lambda: application.begun == [*range(REQUESTS)])


async def test_a_stream_that_has_begun_keeps_nobody_waiting(application, ask, late_loop):
    application.answers_at_once = True
    ask(REQUESTS)
    await until(lambda: len(application.begun) == REQUESTS)


async def test_nobody_waits_for_ever_for_an_event_loop_that_stays_late(
    application, ask, late_loop, monkeypatch
):
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    ask(REQUESTS)
    await until(lambda: len(application.begun) == REQUESTS)
