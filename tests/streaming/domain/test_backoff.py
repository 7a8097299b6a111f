from __future__ import annotations

import random
from unittest.mock import Mock, call

import pytest

from streaming.domain.backoff import Backoff


@pytest.fixture
def longest(monkeypatch):
    """Every wait is as long as it may be."""
    monkeypatch.setattr(random, "uniform", lambda _, most: most)


def waits(backoff, count):
    return [backoff.next_s() for _ in range(count)]


def test_waits_double_up_to_the_longest(longest):
    assert waits(Backoff(0.25, 5.0), 7) == [0.25, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_wait_is_anything_from_nothing_to_its_bound(monkeypatch):
    uniform = Mock(return_value=0.0)
    monkeypatch.setattr(random, "uniform", uniform)
    waits(Backoff(1.0, 2.0), 3)
    assert uniform.mock_calls == [call(0, 1.0), call(0, 2.0), call(0, 2.0)]


def test_many_clients_do_not_wait_alike():
    assert len({Backoff().next_s() for _ in range(100)}) > 90


def test_it_never_overflows_in_a_long_outage(longest):
    assert waits(Backoff(0.25, 5.0), 5000)[-1] == 5.0


def test_after_a_success_it_starts_again(longest):
    backoff = Backoff(0.25, 5.0)
    waits(backoff, 5)
    backoff.reset()
    assert backoff.next_s() == 0.25
