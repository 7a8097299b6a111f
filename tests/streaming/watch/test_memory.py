from __future__ import annotations

import time
from uuid import uuid4

import pytest

from streaming.watch.memory import Memory, Readers

CAMERA = uuid4()


@pytest.fixture
def passes(monkeypatch):
    """Lets time pass."""
    now_s = time.monotonic()

    def passes(seconds):
        nonlocal now_s
        now_s += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    return passes


def test_it_holds_the_newest_and_says_how_old_it_is(passes):
    memory: Memory[str] = Memory()
    for value in "old", "new":
        memory.put(CAMERA, value)
    passes(4.5)
    held = memory.get(CAMERA)
    assert held is not None
    assert held.value == "new"
    assert held.age_s == pytest.approx(4.5)


def test_what_nobody_put_is_not_held():
    assert Memory().get(CAMERA) is None


def test_it_holds_for_ten_seconds(passes):
    memory: Memory[str] = Memory()
    memory.put(CAMERA, "value")
    passes(9.99)
    assert memory.get(CAMERA)
    passes(0.02)
    assert memory.get(CAMERA) is None


def test_what_is_too_old_takes_no_memory(passes):
    memory: Memory[str] = Memory()
    memory.put(uuid4(), "old")
    passes(9.0)
    memory.put(CAMERA, "new")
    passes(2.0)
    memory.tidy()
    assert memory._held.keys() == {CAMERA}


# Who reads single pictures


@pytest.fixture
def readers():
    return Readers()


def test_who_reads_more_often_than_once_a_second_wants_more_for_three_seconds(readers, passes):
    for _ in range(3):
        passes(0.9)
        readers.note(CAMERA, "vera")
    assert readers.wanted() == {CAMERA}
    passes(2.9)
    assert readers.wanted() == {CAMERA}
    passes(0.2)
    assert readers.wanted() == set()
    assert not readers._reads


def test_several_who_read_now_and_then_want_no_more(readers, passes):
    for number in range(6):
        passes(0.5)
        readers.note(CAMERA, f"reader {number % 3}")
    assert readers.wanted() == set()
