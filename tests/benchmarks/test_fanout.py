from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.fanout import Result, ratios
from benchmarks.load.viewers import Window

GOOD = Window(100, 12_000, least_fps=29.9, p50_ms=5.0, p99_ms=20.0, broken=0, lost=0, busy=0.2)


def test_frames_that_come_in_time_to_everybody_are_live():
    assert GOOD.is_live


@pytest.mark.parametrize("flaw", [{"least_fps": 28.9}, {"p99_ms": 100.0}, {"lost": 1}])
def test_one_viewer_who_misses_frames_or_many_late_ones_are_not(flaw):
    assert not replace(GOOD, **flaw).is_live


@pytest.mark.parametrize("flaw", [{"least_fps": 10.0}, {"p99_ms": 900.0}, {"lost": 1}])
def test_what_is_far_off_is_not_tried_again(flaw):
    assert replace(GOOD, **flaw).is_far_off


@pytest.mark.parametrize("flaw", [{}, {"least_fps": 28.9}, {"p99_ms": 101.0}])
def test_a_near_miss_is(flaw):
    assert not replace(GOOD, **flaw).is_far_off


def result(server: str, viewers: int, frame_bytes: int = 40_000) -> Result:
    return Result(server, frame_bytes, viewers, 10.0, 5.0, 20.0, 0.5)


def test_ours_is_compared_with_each_peer_that_was_measured():
    lines = ratios([result("skysentry-uvicorn", 1_900), result("c-limit", 2_500)])
    assert len(lines) == 1
    assert "0.76" in lines[0]
    assert lines[0].endswith(": reached")


def test_a_goal_that_is_missed_is_said_to_be():
    lines = ratios([result("skysentry-uvicorn", 1_000), result("bun", 2_000)])
    assert lines[0].endswith("NOT REACHED")


def test_small_frames_are_not_compared():
    assert not ratios([result("skysentry-uvicorn", 100, 8_000), result("bun", 100, 8_000)])
