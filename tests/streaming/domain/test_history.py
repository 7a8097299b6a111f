from __future__ import annotations

from dataclasses import replace

import pytest

from streaming.backplane.live_state import LiveState
from streaming.domain.history import RANGES, SAMPLE_S, Minute, Point, Recorder, points
from streaming.domain.liveness import State

LIVE = LiveState(state=State.LIVE, session=7, fps=30.0, bits_per_s=1e6, uplink_ms=18.0)


def recorded(*states, every_s=SAMPLE_S):
    """What a minute says after these samples; the first one only begins."""
    recorder = Recorder[str]()
    for number, state in enumerate(states):
        recorder.sample({"door": state} if state else {}, number * every_s)
    return recorder.take().get("door")


def after(frames, dropped=0, **changes):
    return replace(LIVE, frames=frames, dropped=dropped, **changes)


def test_a_minute_counts_what_came_and_has_the_means_of_the_rates():
    minute = recorded(after(100), after(250, 2), after(300, 3, fps=10.0, bits_per_s=5e5))
    assert minute == Minute(
        live_s=10, frames=200, dropped=3, fps=20.0, bits_per_s=750_000, uplink_ms=18
    )


def test_what_came_before_it_was_looked_at_does_not_count():
    assert recorded(None, after(5000), after(5150)).frames == 150
    assert recorded(after(5000), after(40, session=8), after(190, session=8)).frames == 150


def test_counts_never_go_down():
    assert recorded(after(100, 9), after(50, 1)) == recorded(after(100), after(100))


@pytest.mark.parametrize(
    ("state", "second"),
    [(State.LIVE, "live_s"), (State.PAUSED, "paused_s"), (State.LOST, "lost_s")],
)
def test_a_minute_says_for_how_long_the_camera_was_in_which_state(state, second):
    minute = recorded(LIVE, *[replace(LIVE, state=state)] * 12)
    assert getattr(minute, second) == 60
    assert minute.live_s + minute.paused_s + minute.lost_s == 60


def test_rates_are_of_the_time_in_which_it_was_live():
    minute = recorded(LIVE, LIVE, replace(LIVE, state=State.LOST, fps=0.0, bits_per_s=0.0))
    assert (minute.fps, minute.bits_per_s) == (30.0, 1_000_000)


def test_a_camera_that_is_off_has_no_minute():
    assert recorded(LIVE, None) is None
    assert recorded(LIVE, LiveState(state=State.OFF)) is None


def test_latency_is_that_of_all_viewers_and_samples():
    seen = [tuple(range(10, 110, 10)), tuple(range(110, 210, 10))]
    minute = recorded(LIVE, *(replace(LIVE, latencies_ms=each) for each in seen))
    assert (minute.latency_p50_ms, minute.latency_p95_ms) == (100, 190)


def test_without_viewers_there_is_no_latency():
    assert recorded(LIVE, LIVE).latency_p50_ms is recorded(LIVE, LIVE).latency_p95_ms is None


def test_the_most_viewers_count():
    minute = recorded(LIVE, replace(LIVE, watching=("a", "b", "c")), LIVE)
    assert minute.viewers == 3


def test_of_a_time_in_which_nobody_could_look_nothing_is_made_up():
    assert recorded(LIVE, LIVE, every_s=300).live_s == 10


def test_a_clock_that_a_camera_got_wrong_is_no_negative_latency():
    assert recorded(LIVE, replace(LIVE, uplink_ms=-3.0)).uplink_ms == 0


def test_each_minute_begins_anew():
    recorder = Recorder[str]()
    for number, frames in enumerate((0, 150, 300)):
        recorder.sample({"door": after(frames)}, number * SAMPLE_S)
        minute = recorder.take()
    assert minute["door"].frames == 150


# Points


def test_points_add_counts_up_and_mean_rates_over_the_time_that_was_live():
    busy = Minute(60, 0, 0, 1800, 6, 30.0, 1_000_000, 4, 20, 40, 90)
    short = Minute(15, 0, 45, 150, 9, 10.0, 200_000, 1, 40, 60, 400)
    [point] = points([(600, busy), (660, short)], 300)
    assert point == Point(75, 0, 45, 1950, 15, 26.0, 840_000, 4, 24, 50, 400, at_s=600)


def test_where_there_are_no_minutes_there_are_no_points():
    minutes = [(0, Minute(live_s=60)), (60, Minute(live_s=60)), (900, Minute(live_s=60))]
    assert [(point.at_s, point.live_s) for point in points(minutes, 300)] == [(0, 120), (900, 60)]


def test_a_point_of_a_lost_camera_has_no_latency():
    [point] = points([(0, Minute(lost_s=60))], 60)
    assert (point.uplink_ms, point.latency_p50_ms, point.latency_p95_ms) == (None, None, None)


@pytest.mark.parametrize("name", RANGES)
def test_no_range_has_more_points_than_a_chart_has_pixels(name):
    chosen = RANGES[name]
    assert 60 <= chosen.length_s / chosen.step_s <= 340
    assert chosen.length_s % chosen.step_s == 0
