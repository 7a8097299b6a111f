from __future__ import annotations

import asyncio
import time

import pytest

from streaming.domain import websocket, wire
from streaming.watch import outlet as outlets
from streaming.watch.outlet import DirectOutlets, SendOutlet
from streaming.watch.seat import MAX_WAITING, Outgoing
from tests.streaming.frames import frame, video
from tests.streaming.waiting import end, until


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
    return Outgoing(frame(7, number, captured_at=1))


def delta(number):
    return Outgoing(video(7, number))


def key(number):
    return Outgoing(video(7, number, key=True))


def framed(*frames):
    return b"".join(each.framed for each in frames)


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
def hall(outlet):
    return outlet.seat()


@pytest.fixture
def yard(outlet):
    return outlet.seat()


@pytest.fixture
async def sweeping(all_outlets, monkeypatch):
    monkeypatch.setattr(outlets, "SWEEP_EVERY_S", 0.01)
    running = asyncio.create_task(all_outlets.run())
    yield
    await end(running)


def test_a_frame_goes_out_at_once_when_the_way_is_clear(hall, connection):
    hall.picture(picture(1), 0)
    assert connection.written == [framed(picture(1))]


def test_for_a_slow_viewer_only_the_newest_picture_waits(hall, connection):
    for number in 1, 2, 3, 4:
        hall.picture(picture(number), 0)
    connection.read()
    hall.picture(picture(5), 0)
    assert connection.written == [framed(picture(1)), framed(picture(5))]
    assert hall.skipped == 3


def test_each_camera_gets_its_turn(hall, yard, connection):
    for number in 1, 2:
        hall.picture(picture(number), 0)
        yard.picture(picture(10 + number), 0)
    connection.read()
    hall.picture(picture(3), 0)
    connection.read()
    hall.picture(picture(4), 0)
    assert connection.written == [framed(picture(number)) for number in (1, 12, 4)]


def test_what_is_said_is_never_skipped_and_keeps_its_place(outlet, hall, connection):
    hall.picture(picture(1), 0)
    outlet.text("state", "paused")
    hall.picture(picture(2), 0)
    connection.read()
    hall.picture(picture(3), 0)
    paused = websocket.text("paused")
    assert connection.written == [framed(picture(1)), paused, framed(picture(3))]


def test_a_forgotten_frame_is_not_sent(outlet, hall, connection):
    hall.picture(picture(1), 0)
    hall.picture(picture(2), 0)
    hall.discard()
    connection.read()
    outlet.flush()
    assert connection.written == [framed(picture(1))]


def test_nothing_is_written_to_what_is_closed(outlet, hall, connection):
    connection.is_open = False
    hall.picture(picture(1), 0)
    outlet.text("state", "off")
    assert connection.written == []


async def test_a_frame_that_nothing_follows_goes_out_as_soon_as_it_can(hall, connection, sweeping):
    hall.picture(picture(1), 0)
    hall.picture(picture(2), 0)
    connection.read()
    await until(lambda: connection.written == [framed(picture(1)), framed(picture(2))])


def test_video_that_waited_goes_out_whole(outlet, hall, connection):
    see_video(hall)
    for each in key(1), delta(2), delta(3):
        hall.video(each, 0)
    connection.read()
    hall.video(delta(4), 0)
    assert connection.written == [framed(key(1)), framed(delta(2), delta(3), delta(4))]
    assert hall.skipped == 0


def test_a_viewer_too_slow_for_video_goes_on_at_a_key_frame(outlet, hall, connection):
    see_video(hall)
    hall.video(key(1), 0)
    last = 2
    while hall.video(delta(last), 0):
        last += 1
    assert last <= MAX_WAITING + 2
    connection.read()
    hall.video(delta(last + 1), 0)
    assert connection.written == [framed(key(1))]
    hall.video(key(last + 2), 0)
    assert connection.written == [framed(key(1)), framed(key(last + 2))]
    assert hall.skipped == last


def test_of_video_that_waits_a_key_frame_makes_the_rest_needless(hall, connection):
    see_video(hall)
    for each in key(1), delta(2), key(3):
        hall.video(each, 0)
    connection.read()
    hall.video(delta(4), 0)
    assert connection.written == [framed(key(1)), framed(key(3), delta(4))]


async def test_any_other_server_sends_what_is_said_first_and_then_each_camera_in_turn():
    sent = []

    async def send(text_data=None, bytes_data=None):
        sent.append(text_data or bytes_data)

    outlet = SendOutlet(send)
    hall, yard = outlet.seat(), outlet.seat()
    for number in 1, 2:
        hall.picture(picture(number), 0)
        yard.picture(picture(10 + number), 0)
    outlet.text("state", "paused")
    running = asyncio.create_task(outlet.run())
    await until(lambda: len(sent) == 3)
    await end(running)
    assert sent == ["paused", picture(2).message, picture(12).message]


@pytest.fixture
def sent():
    return []


@pytest.fixture
async def piling(sent, connection, all_outlets, monkeypatch):
    """An outlet over a server that takes whatever is sent."""
    monkeypatch.setattr(outlets, "SWEEP_EVERY_S", 0.01)

    async def send(bytes_data):
        sent.append(bytes_data)
        connection.pending = len(bytes_data)

    outlet = SendOutlet(send, connection, all_outlets.count_cut_off)
    running = asyncio.create_task(outlet.run())
    yield outlet
    await end(running)


async def test_where_a_server_would_let_it_pile_up_the_newest_waits(piling, sent, connection):
    hall = piling.seat()
    for number in 1, 2, 3:
        hall.picture(picture(number), 0)
        await until(lambda: sent)
    connection.read()
    await until(lambda: len(sent) == 2)
    assert sent == [picture(1).message, picture(3).message]


async def test_there_too_who_reads_nothing_is_cut_off_and_counted(
    piling, connection, all_outlets, monkeypatch
):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.1)
    hall = piling.seat()
    hall.picture(picture(1), 0)
    await asyncio.sleep(0)
    hall.picture(picture(2), 0)
    await until(lambda: connection.aborted)
    assert all_outlets.cut_off == 1


async def test_who_reads_nothing_is_cut_off_and_counted(
    hall, connection, all_outlets, sweeping, monkeypatch
):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.1)
    hall.picture(picture(1), 0)
    hall.picture(picture(2), 0)
    await until(lambda: connection.aborted)
    assert all_outlets.cut_off == 1


async def test_a_process_that_was_stopped_cuts_off_nobody(
    hall, connection, all_outlets, sweeping, monkeypatch
):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 1.0)
    for number in 1, 2:
        hall.picture(picture(number), 0)
    await asyncio.sleep(0)
    # The machine slept.
    time.sleep(1.5)  # noqa: ASYNC251
    await asyncio.sleep(0.1)
    assert not connection.aborted


async def test_who_reads_slowly_is_not(hall, connection, all_outlets, sweeping, monkeypatch):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.2)
    for number in range(10):
        hall.picture(picture(number), 0)
        await asyncio.sleep(0.05)
        connection.read()
    assert not connection.aborted


async def test_an_idle_viewer_is_not_stuck(hall, connection, all_outlets, sweeping, monkeypatch):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.05)
    hall.picture(picture(1), 0)
    await asyncio.sleep(0.2)
    assert not connection.aborted


def test_a_viewer_that_asks_for_fewer_frames_gets_fewer(hall, connection):
    hall.window.slow_down(1)
    for number in 1, 2, 3:
        hall.picture(picture(number), 0)
        connection.read()
    assert connection.written == [framed(picture(1))]
    assert hall.skipped == 1


async def test_a_frame_held_back_by_reports_is_no_sign_of_a_stuck_viewer(
    hall, connection, all_outlets, sweeping, monkeypatch
):
    monkeypatch.setattr(outlets, "STUCK_AFTER_S", 0.05)
    hall.window.slow_down(1)
    for number in 1, 2:
        hall.picture(picture(number), 0)
        connection.read()
    await asyncio.sleep(0.2)
    assert not connection.aborted


def see_video(seat):
    seat.choice.codecs = ("h264",)
    seat.wish = wire.Rendition.VIDEO
