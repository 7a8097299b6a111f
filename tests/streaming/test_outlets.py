from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from streaming import outlets
from streaming.domain import websocket
from streaming.outlets import DirectOutlets, Outgoing
from tests.streaming.waiting import end, until

HALL, YARD = uuid4(), uuid4()


class Connection:
    """One that takes one write, and the next once it has been read."""

    def __init__(self):
        self.is_open = True
        self.pending = 0
        self.written = []
        self.aborted = False

    def offer(self, framed):
        if not self.is_open or self.pending:
            return False
        self.write(framed)
        return True

    def write(self, framed):
        assert self.is_open
        self.written.append(framed)
        self.pending = len(framed)

    def read(self):
        self.pending = 0

    def abort(self):
        self.is_open = False
        self.aborted = True


def picture(number):
    return Outgoing.of(bytes([number]))


def framed(*numbers):
    return [websocket.binary(bytes([number])) for number in numbers]


@pytest.fixture
def all_outlets():
    return DirectOutlets()


@pytest.fixture
def connection():
    return Connection()


@pytest.fixture
def outlet(all_outlets, connection):
    return all_outlets.open(connection)


@pytest.fixture
async def sweeping(all_outlets, monkeypatch):
    monkeypatch.setattr(outlets, "SWEEP_EVERY_S", 0.01)
    running = asyncio.create_task(all_outlets.run())
    yield
    await end(running)


def test_a_frame_goes_out_at_once_when_the_way_is_clear(outlet, connection):
    outlet.frame(HALL, picture(1))
    assert connection.written == framed(1)


def test_for_a_slow_viewer_only_the_newest_frame_waits(outlet, connection):
    for number in 1, 2, 3, 4:
        outlet.frame(HALL, picture(number))
    connection.read()
    outlet.frame(HALL, picture(5))
    assert connection.written == framed(1, 5)
    assert outlet.skipped[HALL] == 3


def test_each_camera_gets_its_turn(outlet, connection):
    for number in 1, 2:
        outlet.frame(HALL, picture(number))
        outlet.frame(YARD, picture(10 + number))
    connection.read()
    outlet.frame(HALL, picture(3))
    connection.read()
    outlet.frame(HALL, picture(4))
    assert connection.written == framed(1, 12, 4)


def test_what_is_said_is_never_skipped_and_keeps_its_place(outlet, connection):
    outlet.frame(HALL, picture(1))
    outlet.text("state", "paused")
    outlet.frame(HALL, picture(2))
    connection.read()
    outlet.frame(HALL, picture(3))
    assert connection.written == [*framed(1), websocket.text("paused"), *framed(3)]


def test_a_forgotten_frame_is_not_sent(outlet, connection):
    outlet.frame(HALL, picture(1))
    outlet.frame(HALL, picture(2))
    outlet.discard(HALL)
    connection.read()
    outlet.flush()
    assert connection.written == framed(1)


def test_nothing_is_written_to_what_is_closed(outlet, connection):
    connection.is_open = False
    outlet.frame(HALL, picture(1))
    outlet.text("state", "off")
    assert connection.written == []


async def test_a_frame_that_nothing_follows_goes_out_as_soon_as_it_can(
    outlet, connection, sweeping
):
    outlet.frame(HALL, picture(1))
    outlet.frame(HALL, picture(2))
    connection.read()
    await until(lambda: connection.written == framed(1, 2))


async def test_who_reads_nothing_is_cut_off_and_counted(
    outlet, connection, all_outlets, sweeping, monkeypatch
):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.1)
    outlet.frame(HALL, picture(1))
    outlet.frame(HALL, picture(2))
    await until(lambda: connection.aborted)
    assert all_outlets.cut_off == 1


async def test_who_reads_slowly_is_not(outlet, connection, all_outlets, sweeping, monkeypatch):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.2)
    for number in range(10):
        outlet.frame(HALL, picture(number))
        await asyncio.sleep(0.05)
        connection.read()
    assert not connection.aborted


async def test_an_idle_viewer_is_not_stuck(outlet, connection, all_outlets, sweeping, monkeypatch):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.05)
    outlet.frame(HALL, picture(1))
    await asyncio.sleep(0.2)
    assert not connection.aborted


def test_a_viewer_that_asks_for_fewer_frames_gets_fewer(outlet, connection):
    outlet.windows[HALL].slow_down(1)
    for number in 1, 2, 3:
        outlet.frame(HALL, picture(number))
        connection.read()
    assert connection.written == framed(1)
    assert outlet.skipped[HALL] == 1


async def test_a_frame_held_back_by_reports_is_no_sign_of_a_stuck_viewer(
    outlet, connection, all_outlets, sweeping, monkeypatch
):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.05)
    outlet.windows[HALL].slow_down(1)
    for number in 1, 2:
        outlet.frame(HALL, picture(number))
        connection.read()
    await asyncio.sleep(0.2)
    assert not connection.aborted
