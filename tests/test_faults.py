from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.faults import choice, scope_of


def item(name, seconds, always=False):
    mark = pytest.mark.faults(seconds=seconds, always=always).mark
    return SimpleNamespace(nodeid=name, get_closest_marker=lambda name: mark)


@pytest.fixture
def faults():
    return [item("first", 50, always=True), *(item(f"other {n}", 10) for n in range(20))]


def names(items):
    return [each.nodeid for each in items]


def test_the_most_important_ones_always_run(faults):
    assert names(choice(faults, 0, seed=1)) == ["first"]


def test_as_many_others_run_as_there_is_time_for(faults):
    assert len(choice(faults, 85, seed=1)) == 1 + 3


def test_one_that_is_too_long_makes_room_for_a_shorter_one(faults):
    assert len(choice([item("long", 90), *faults], 85, seed=1)) == 1 + 3


def test_every_process_makes_the_same_choice(faults):
    assert choice(faults, 85, seed=1) == choice([*reversed(faults)], 85, seed=1)


def test_another_seed_makes_another_choice(faults):
    assert len({tuple(names(choice(faults, 85, seed))) for seed in range(20)}) > 10


def test_each_has_its_turn(faults):
    chosen = {name for seed in range(100) for name in names(choice(faults, 85, seed))}
    assert chosen == set(names(faults))


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/hostile/test_doors.py::test_a[b]", "tests/hostile"),
        ("tests/hostile/test_webrtc.py::test_a", "tests/hostile"),
        ("tests/chaos/test_redis.py::test_a[b]", "tests/chaos/test_redis.py"),
        ("tests/chaos/test_redis.py::Class::test_a", "tests/chaos/test_redis.py"),
    ],
)
def test_no_two_processes_attack_at_once(nodeid, scope):
    assert scope_of(nodeid) == scope
