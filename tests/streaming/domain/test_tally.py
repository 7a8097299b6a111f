from __future__ import annotations

import pytest

from streaming.domain.tally import Tally


@pytest.fixture
def tally():
    return Tally()


def test_nothing_counted_is_no_news(tally):
    assert tally.news(0.0) == {}


def test_the_first_count_is_news_at_once(tally):
    tally.add("jpeg")
    assert tally.news(0.0) == {"jpeg": 1}


def test_news_come_at_most_once_a_second_and_together(tally):
    tally.add("jpeg")
    tally.news(10.0)
    for reason in ("jpeg", "size", "jpeg"):
        tally.add(reason)
    assert tally.news(10.99) == {}
    assert tally.news(11.0) == {"jpeg": 2, "size": 1}


def test_what_was_said_is_not_said_again(tally):
    tally.add("jpeg")
    tally.news(10.0)
    assert tally.news(20.0) == {}


def test_a_quiet_second_after_silence_does_not_delay_the_next_news(tally):
    assert tally.news(10.0) == {}
    tally.add("jpeg")
    assert tally.news(10.1) == {"jpeg": 1}


def test_the_total_remembers_everything(tally):
    for now_s in range(5):
        tally.add("jpeg")
        tally.news(now_s)
    assert tally.total == {"jpeg": 5}
