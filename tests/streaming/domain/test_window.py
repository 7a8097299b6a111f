from __future__ import annotations

import pytest

from streaming.domain.window import LAG_S, SendWindow

FRAME = 40_000


@pytest.fixture
def window():
    return SendWindow(0.0)


def test_without_reports_everything_is_sent(window):
    for number in range(100):
        assert window.admits(number / 30)
        window.wrote(FRAME, number / 30)


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
