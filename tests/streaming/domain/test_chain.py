from __future__ import annotations

import random

import pytest

from streaming.domain import wire
from streaming.domain.chain import HELD_S, MAX_HELD, MAX_MISSING, Chain
from tests.streaming.frames import video


@pytest.fixture
def chain():
    return Chain()


def passed(chain, *numbers, keys=(1,), now_s=0.0):
    """The numbers of the frames that go on when frames of these come."""
    return [
        frame.sequence
        for number in numbers
        for frame in chain.add(wire.unpack(video(7, number, key=number in keys)), now_s)
    ]


def test_frames_in_their_order_go_on_at_once(chain):
    for number in range(1, 100):
        assert passed(chain, number) == [number]
    assert chain.missing == 0
    assert not chain.needs_key


def test_nothing_goes_on_before_the_first_key_frame(chain):
    assert passed(chain, 5, 6, keys=()) == []


def test_a_camera_may_begin_at_any_number(chain):
    assert passed(chain, 500, 501, keys=(500,)) == [500, 501]
    assert chain.missing == 0


def test_a_frame_that_overtook_others_waits_for_them(chain):
    assert passed(chain, 1, 3, 4, 2, 5) == [1, 2, 3, 4, 5]
    assert chain.missing == 0


def test_frames_that_overtook_their_key_frame_wait_for_it(chain):
    assert passed(chain, 1, 11, 12, 10, keys=(1, 10)) == [1, 10, 11, 12]


@pytest.mark.parametrize("again", [1, 2, 3])
def test_a_frame_that_comes_twice_goes_on_once(chain, again):
    assert passed(chain, 1, 2, 3, again, 4) == [1, 2, 3, 4]


def test_a_frame_that_waits_and_comes_twice_goes_on_once(chain):
    assert passed(chain, 1, 3, 3, 2, 3) == [1, 2, 3]


def test_a_missing_frame_is_not_awaited_for_long(chain):
    assert passed(chain, 1, 3) == [1]
    assert not chain.needs_key
    assert passed(chain, 4, now_s=HELD_S + 0.01) == []
    assert chain.needs_key
    assert passed(chain, 2, 5, now_s=HELD_S + 0.02) == []


def test_nor_are_many_frames_kept_for_it(chain):
    assert passed(chain, 1, *range(3, 3 + MAX_HELD)) == [1]
    assert not chain.needs_key
    assert passed(chain, 3 + MAX_HELD) == []
    assert chain.needs_key


def test_after_a_gap_it_goes_on_at_the_next_key_frame(chain):
    assert passed(chain, 1, *range(3, 20), keys=(1,)) == [1]
    assert passed(chain, 20, 21, keys=(20,)) == [20, 21]
    assert not chain.needs_key
    assert chain.missing == 18


def test_a_key_frame_waits_for_nothing(chain):
    assert passed(chain, 1, 3, 4, keys=(1, 4)) == [1, 4]
    assert passed(chain, 2, 3, 5) == [5]
    assert chain.missing == 2


def test_a_huge_gap_is_no_loss(chain):
    passed(chain, 1, 4_000_000_000, keys=(1, 4_000_000_000))
    assert chain.missing == MAX_MISSING


@pytest.mark.parametrize("seed", range(20))
def test_whatever_comes_in_whatever_order_nothing_builds_on_what_is_missing(chain, seed):
    dice = random.Random(seed)
    keys = range(1, 400, 30)
    sent = [number for number in range(1, 400) if dice.random() > 0.05]
    sent += [number for number in sent if dice.random() < 0.05]
    sent.sort(key=lambda number: number + dice.uniform(0, 6))
    seen = [
        frame for number in sent for frame in passed(chain, number, keys=keys, now_s=number / 30)
    ]
    assert seen == sorted(set(seen))
    assert all(number in keys or number - 1 in seen for number in seen)
    assert len(seen) > 100
