from __future__ import annotations

import time
from itertools import pairwise

import pytest

from cameras.models import EndReason
from streaming.domain.liveness import LOSSES, State
from streaming.domain.timeline import BadMinute, Session, Span, spans

DAY = 24 * 3600.0
LIVE, LOST, PAUSED, OFF = State.LIVE, State.LOST, State.PAUSED, State.OFF


def of_day(sessions, bad=(), shortest_s=120.0):
    return spans(sessions, bad, 0.0, DAY, shortest_s)


def short(spans):
    return [(each.state, each.from_s, each.to_s) for each in spans]


def test_who_never_published_is_off():
    assert of_day([]) == [Span(OFF, 0.0, DAY)]


def test_of_no_time_there_is_nothing_to_say():
    assert spans([], [], DAY, DAY, 120.0) == []


def test_a_session_that_goes_on_is_live_until_now():
    [off, live] = of_day([Session(3600.0, None, publisher="olga")])
    assert (off.state, off.to_s) == (OFF, 3600.0)
    assert live == Span(LIVE, 3600.0, DAY, publisher="olga")


def test_who_stopped_is_off_and_it_says_who_and_why():
    [*_, off] = of_day([Session(-100.0, 7200.0, "stopped", "olga")])
    assert off == Span(OFF, 7200.0, DAY, "stopped", "olga")


@pytest.mark.parametrize("reason", sorted(LOSSES))
def test_whose_connection_broke_is_lost_until_they_are_back(reason):
    [_, lost, live] = of_day([Session(-1.0, 3600.0, reason, "olga"), Session(9000.0, None)])
    assert lost == Span(LOST, 3600.0, 9000.0, reason, "olga")
    assert live.state is LIVE


def test_reasons_are_those_of_the_records():
    assert set(EndReason.values) >= LOSSES


def test_the_last_session_before_says_why_it_was_off():
    [lost] = of_day([Session(-9000.0, -3600.0, "lost", "olga")])
    assert lost == Span(LOST, 0.0, DAY, "lost", "olga")


def test_within_a_session_bad_minutes_are_shown():
    bad = [BadMinute(3600.0, LOST), BadMinute(3660.0, LOST), BadMinute(7200.0, PAUSED)]
    found = of_day([Session(0.0, None)], bad, shortest_s=10.0)
    assert short(found) == [
        (LIVE, 0.0, 3600.0),
        (LOST, 3600.0, 3720.0),
        (LIVE, 3720.0, 7200.0),
        (PAUSED, 7200.0, 7260.0),
        (LIVE, 7260.0, DAY),
    ]


def test_a_session_that_ends_lost_is_one_outage_with_the_time_after_it():
    bad = [BadMinute(7140.0, LOST)]
    found = of_day([Session(0.0, 7170.0, "lost", "olga"), Session(9000.0, None)], bad, 10.0)
    assert found[1] == Span(LOST, 7140.0, 9000.0, "lost", "olga")
    assert len(found) == 3


def test_bad_minutes_of_other_times_change_nothing():
    bad = [BadMinute(60.0, LOST), BadMinute(50_000.0, LOST)]
    assert short(of_day([Session(3600.0, 7200.0, "stopped")], bad))[1] == (LIVE, 3600.0, 7200.0)


def test_a_session_that_was_taken_over_leaves_no_gap():
    found = of_day([Session(0.0, 100.0, "taken_over", "olga"), Session(100.0, None, "", "sam")])
    assert [(each.state, each.publisher) for each in found] == [(LIVE, "olga"), (LIVE, "sam")]


def test_short_times_that_follow_each_other_become_one_that_counts_them():
    sessions = [Session(at, at + 20.0, "peer_failed", "olga") for at in range(3600, 4200, 30)]
    [off, flapping, live] = of_day([*sessions, Session(4200.0, None)], shortest_s=900.0)
    assert (off.state, live.state) == (OFF, LIVE)
    assert flapping == Span(LOST, 3600.0, 4200.0, "peer_failed", "olga", count=20)


def test_an_outage_of_some_minutes_is_one_however_long_the_range():
    bad = [BadMinute(3600.0 + minute * 60, LOST) for minute in range(5)]
    [_, lost, _] = of_day([Session(0.0, None)], bad, shortest_s=900.0)
    assert (lost.length_s, lost.count) == (300.0, 1)


def test_they_cover_the_whole_time_without_overlaps():
    sessions = [Session(at, at + 700.0, "lost") for at in range(-1000, 80_000, 1000)]
    bad = [BadMinute(float(at), LOST) for at in range(0, 80_000, 300)]
    found = of_day(sessions, bad)
    assert (found[0].from_s, found[-1].to_s) == (0.0, DAY)
    assert all(one.to_s == other.from_s for one, other in pairwise(found))


def test_a_camera_that_flaps_all_week_is_no_great_work():
    sessions = [Session(at, at + 20.0, "lost") for at in range(0, int(DAY), 30)]
    bad = [BadMinute(float(at), LOST) for at in range(0, int(DAY), 60)]
    began_s = time.process_time()
    assert len(of_day(sessions, bad)) <= 2 * 720
    assert time.process_time() - began_s < 0.5
