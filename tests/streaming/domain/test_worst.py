from __future__ import annotations

from streaming.domain.worst import Worst


def test_nothing_was_bad_yet():
    assert Worst(10).at(100.0) == 0


def test_the_greatest_value_stands_until_it_is_too_old():
    worst = Worst(10)
    for value, now_s in ((1.0, 100.0), (5.0, 101.0), (2.0, 103.0), (1.0, 104.0)):
        worst.add(value, now_s)
    assert worst.at(104.0) == 5
    assert worst.at(111.0) == 5
    assert worst.at(111.5) == 2
    assert worst.at(113.5) == 1
    assert worst.at(120.0) == 0
