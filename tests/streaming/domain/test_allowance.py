from __future__ import annotations

from streaming.domain.allowance import Allowance


def taken(allowance, now_s, tries):
    return sum(allowance.take(now_s) for _ in range(tries))


def test_no_more_than_the_burst_is_taken_at_once():
    assert taken(Allowance(burst=5, per_s=2), 100.0, 20) == 5


def test_it_grows_again_with_time():
    allowance = Allowance(burst=5, per_s=2)
    taken(allowance, 100.0, 20)
    assert taken(allowance, 101.5, 20) == 3


def test_it_never_grows_beyond_the_burst():
    allowance = Allowance(burst=5, per_s=2)
    assert taken(allowance, 100.0, 1) == 1
    assert taken(allowance, 1000.0, 20) == 5


def test_who_asks_too_often_gets_what_grows():
    allowance = Allowance(burst=5, per_s=10)
    assert sum(allowance.take(100 + each / 100) for each in range(1000)) in range(103, 107)
