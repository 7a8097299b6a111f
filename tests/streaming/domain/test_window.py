from __future__ import annotations

import itertools

import pytest

from streaming.domain.window import LAG_S, SendWindow

FRAME = 40_000


@pytest.fixture
def window():
    """One whose beginning is over."""
    window = SendWindow(0.0)
    window._start_bytes, window._started_s = None, 0.0
    window.slow_down(None)
    return window


# The beginning


def received_by(delay_s, rate, *, frame=25_000, seconds=3.0):
    """The frames of a new viewer, as (s, how old when wholly there), with 30 a second captured; it
    is so far away, on a line of this rate behind a buffer without end, and reports as a page does.
    """
    window = SendWindow(0.0)
    frames, reports, free_s, reported, late_s = [], [], 0.0, -64_000, 0.0
    received = 0
    under_way: list[float] = []
    for step in range(round(300 * seconds)):
        now_s = step / 300
        while under_way and under_way[0][0] <= now_s:
            at_s, captured_s = under_way.pop(0)
            received += frame
            age_s = at_s - captured_s
            frames.append((at_s, age_s))
            is_early = received < 512_000 and received - reported >= 64_000
            if is_early or (age_s > 0.25 and at_s - late_s >= 0.5):
                reported, late_s = received, at_s
                reports.append((at_s + delay_s, received))
        while reports and reports[0][0] <= now_s:
            window.reported(reports.pop(0)[1], now_s)
        if step % 10 == 0 and window.admits(now_s):
            window.wrote(frame, now_s)
            free_s = max(free_s, now_s) + frame / rate
            under_way.append((free_s + delay_s, now_s))
    return frames


@pytest.mark.parametrize("delay_s", [0.0, 0.005, 0.025])
@pytest.mark.parametrize("frame", [4_000, 25_000, 60_000])
def test_who_reads_at_once_gets_every_frame_from_the_first_on(delay_s, frame):
    assert len(received_by(delay_s, 1e9, frame=frame)) >= 88


def test_a_long_way_is_soon_no_slow_one():
    frames = received_by(0.15, 1e9, seconds=8)
    assert len([at_s for at_s, _ in frames if at_s >= 3.5]) >= 130


@pytest.mark.parametrize("rate", [50_000, 100_000, 200_000, 400_000])
def test_behind_a_buffer_nothing_grows_old_in_the_beginning(rate):
    frames = received_by(0.0, rate, seconds=15)
    ages = sorted(age_s for at_s, age_s in frames if at_s >= 1)
    assert ages[int(0.95 * len(ages))] <= max(1.5, 150_000 / rate)
    # The way is used, too.
    assert len(frames) * 25_000 >= 0.6 * rate * 15


@pytest.mark.parametrize("frame", [25_000, 68_000, 200_000])
@pytest.mark.parametrize("rate", [20_000, 100_000])
def test_no_way_is_so_slow_that_nothing_comes_for_ten_seconds(rate, frame):
    frames = received_by(0.0, rate, frame=frame, seconds=90)
    times = [0.0, *(at_s for at_s, _ in frames), 90.0]
    assert max(b - a for a, b in itertools.pairwise(times)) <= max(10.0, 2 * frame / rate)


def test_who_never_reports_gets_all_after_some_time():
    window = SendWindow(0.0)
    sent = [number for number in range(90) if sends(window, number / 30)]
    assert [each for each in sent if each >= 45] == list(range(45, 90))
    assert 5 <= len(sent) - 45 <= 8
    assert window.is_unbounded


def sends(window, now_s):
    if not window.admits(now_s):
        return False
    window.wrote(FRAME, now_s)
    return True


# Later


def test_without_reports_everything_is_sent(window):
    for number in range(100):
        assert sends(window, number / 30)


def test_a_viewer_that_keeps_up_is_not_held_back(window):
    for number in range(300):
        now_s = number / 30
        assert window.admits(now_s)
        window.wrote(FRAME, now_s)
        if number % 15 == 14:
            window.reported(window.written - 2 * FRAME, now_s)


def test_fewer_frames_are_sent_when_the_viewer_asks_for_fewer(window):
    window.slow_down(5)
    sent = count_sent(window, seconds=10)
    assert 45 <= sent <= 56
    window.slow_down(None)
    assert window.admits(10.5)


def count_sent(window, seconds):
    sent = 0
    for number in range(30 * seconds):
        if window.admits(number / 30):
            window.wrote(FRAME, number / 30)
            sent += 1
    return sent


class Way:
    """A way that takes `rate` bytes per second and buffers all the rest."""

    def __init__(self, rate, window):
        self.rate = rate
        self.window = window
        self.arrived = 0.0
        self.now_s = 0.0
        self.ages = []

    def pass_on(self, seconds):
        for _ in range(round(30 * seconds)):
            self.now_s += 1 / 30
            self.arrived = min(self.arrived + self.rate / 30, self.window.written)
            if self.window.admits(self.now_s):
                self.window.wrote(FRAME, self.now_s)
                self.ages.append((self.window.written - self.arrived) / self.rate)
            if round(30 * self.now_s) % 15 == 0:
                self.window.reported(int(self.arrived), self.now_s)


@pytest.mark.parametrize("rate", [60_000, 200_000, 500_000, 1_000_000])
def test_behind_a_buffer_frames_do_not_grow_old(window, rate):
    way = Way(rate, window)
    way.pass_on(10)
    way.ages.clear()
    way.pass_on(60)
    # What waits when a frame is sent, and the frame itself.
    assert max(way.ages) <= LAG_S + 2 * FRAME / rate + 0.5
    # The way is used, too.
    assert len(way.ages) * FRAME >= 0.6 * rate * 60


def test_the_limit_goes_once_the_way_is_wide_again(window):
    way = Way(300_000, window)
    way.pass_on(20)
    way.rate = 5_000_000
    way.pass_on(60)
    way.ages.clear()
    way.pass_on(10)
    assert len(way.ages) >= 290


def test_a_frame_under_way_is_no_queue_however_idle_it_was_before(window):
    for number in range(3):
        window.wrote(FRAME, 4.9 + number / 30)
    window.reported(2 * FRAME, 5.0)
    assert window.is_unbounded
    assert window.admits(5.0)


def test_one_late_report_after_an_idle_time_is_a_pause_and_no_limit(window):
    window.wrote(FRAME, 10.0)
    window.wrote(FRAME, 10.1)
    window.reported(FRAME, 10.9)
    assert not window.admits(10.95)
    assert window.admits(13.0)
    assert window.is_unbounded


def test_nonsense_in_reports_holds_nobody_up(window):
    window.wrote(FRAME, 0.1)
    window.reported(10**12, 0.2)
    window.reported(-5, 0.3)
    window.reported(FRAME, 0.3)
    assert window.admits(0.4)
