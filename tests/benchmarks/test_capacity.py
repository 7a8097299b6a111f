from __future__ import annotations

import pytest

from benchmarks.capacity import highest


class Bearing:
    """Something that holds up to a number, and remembers what it was asked."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.asked: list[int] = []

    def holds(self, number: int) -> bool:
        self.asked.append(number)
        return number <= self.limit


@pytest.mark.parametrize("limit", [1, 7, 63, 64, 65, 100, 999, 2_047, 2_048, 7_999])
@pytest.mark.parametrize("start", [1, 64, 5_000])
def test_it_finds_the_limit_within_the_precision(limit, start):
    found = highest(Bearing(limit).holds, start, most=8_000, precision=0.05)
    assert found <= limit <= found * 1.05 + 1


@pytest.mark.parametrize("limit", [1, 7, 400, 1_900, 2_000, 2_100, 7_999])
def test_it_finds_the_limit_by_small_steps_as_well(limit):
    found = highest(Bearing(limit).holds, 2_000, most=8_000, precision=0.05, step=0.05)
    assert found <= limit <= found * 1.05 + 1


def test_it_asks_little_near_the_limit():
    for limit in (1_910, 2_050):
        bearing = Bearing(limit)
        highest(bearing.holds, 2_000, most=8_000, precision=0.05, step=0.05)
        assert len(bearing.asked) == 2


def test_it_is_exact_when_asked_to_be():
    assert highest(Bearing(1_234).holds, 64, most=8_000, precision=0.0) == 1_234


def test_nothing_holds():
    assert highest(Bearing(0).holds, 64, most=8_000) == 0


def test_it_does_not_go_beyond_the_most():
    bearing = Bearing(1_000_000)
    assert highest(bearing.holds, 64, most=1_000) == 1_000
    assert max(bearing.asked) == 1_000


def test_it_asks_no_number_twice_and_not_many():
    bearing = Bearing(1_900)
    highest(bearing.holds, 128, most=8_000, precision=0.05)
    assert len(set(bearing.asked)) == len(bearing.asked) <= 11


def test_a_wrong_answer_by_chance_does_not_keep_it_from_ending():
    answers = iter([True, True, False] + [True, False] * 20)
    assert 0 < highest(lambda _: next(answers), 64, most=8_000) < 256
