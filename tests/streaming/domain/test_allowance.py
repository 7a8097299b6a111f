from __future__ import annotations

import pytest

from streaming.domain.allowance import Allowance, Allowances, Places


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


def test_more_than_one_may_be_taken_together():
    allowance = Allowance(burst=10, per_s=1)
    assert allowance.take(100.0, 8)
    assert not allowance.take(100.0, 3)
    assert allowance.take(101.0, 3)


def test_it_says_how_long_to_wait():
    allowance = Allowance(burst=4, per_s=2)
    assert allowance.wait_s(100.0) == 0
    taken(allowance, 100.0, 4)
    assert allowance.wait_s(100.0) == 0.5
    assert allowance.wait_s(100.0, 3) == 1.5
    assert allowance.take(100.5)


def test_each_key_has_its_own():
    allowances = Allowances[str](burst=2, per_s=1)
    assert [allowances.take("a", 100.0) for _ in range(3)] == [True, True, False]
    assert allowances.take("b", 100.0)
    assert allowances.wait_s("a", 100.0) == 1
    assert allowances.take("a", 101.0)


def test_no_more_keys_are_remembered_than_there_may_be():
    allowances = Allowances[int](burst=1, per_s=0.001, max_keys=3)
    for key in (1, 2, 3, 1, 4):
        allowances.take(key, 100.0)
    assert not allowances.take(1, 100.0)
    assert allowances.take(2, 100.0)


def test_places_are_bounded_for_each_and_in_all():
    places = Places[str](total=3, each=2)
    assert [places.take(key) for key in "aaabc"] == [True, True, False, True, False]
    assert places.is_full
    assert (len(places), places.of("a"), places.of("c")) == (3, 2, 0)


def test_a_place_that_is_free_again_can_be_taken():
    places = Places[str](total=1, each=1)
    places.take("a")
    places.free("a")
    assert not places.is_full
    assert places.take("b")


def test_of_two_places_one_is_left_when_the_other_is_free_again():
    places = Places[str](total=2, each=2)
    places.take("a")
    places.take("a")
    places.free("a")
    assert (len(places), places.of("a")) == (1, 1)


def test_what_was_not_taken_cannot_be_freed():
    places = Places[str](total=1, each=1)
    with pytest.raises(KeyError):
        places.free("a")
