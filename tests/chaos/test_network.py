from __future__ import annotations

from itertools import pairwise

import pytest

from tests.chaos.network import Network

COUNT = 5000


@pytest.fixture
def network():
    return Network(seed=7)


def fates(way, count=COUNT, size=1200):
    """What becomes of so many packets, one each millisecond."""
    return [way.arrivals(size, number / 1000) for number in range(count)]


def share(results):
    return sum(map(bool, results)) / len(results)


def test_a_network_that_nobody_spoiled_lets_everything_through_at_once(network):
    assert fates(network.up) == [[number / 1000] for number in range(COUNT)]


def test_the_same_seed_does_the_same_again():
    bad = {"loss": 0.1, "jitter_ms": 5, "reorder": 0.1, "duplicate": 0.1}
    first, again, other = Network(1), Network(1), Network(2)
    for network in (first, again, other):
        network.set(**bad)
    assert fates(first.up) == fates(again.up) != fates(other.up)


def test_both_directions_have_a_chance_of_their_own(network):
    network.set(loss=0.5)
    assert fates(network.up) != fates(network.down)


def test_a_share_is_lost(network):
    network.up.loss = 0.05
    assert 1 - share(fates(network.up)) == pytest.approx(0.05, abs=0.01)
    assert network.up.lost / network.up.sent == pytest.approx(0.05, abs=0.01)


def test_one_setting_leaves_what_the_others_do(network):
    again = Network(seed=7)
    again.up.delay_ms = 20
    network.up.loss = again.up.loss = 0.1
    assert [not fate for fate in fates(network.up)] == [not fate for fate in fates(again.up)]


def test_a_share_comes_twice(network):
    network.up.duplicate = 0.1
    assert share([len(fate) == 2 for fate in fates(network.up)]) == pytest.approx(0.1, abs=0.02)


def test_jitter_delays_and_keeps_the_order(network):
    network.up.delay_ms, network.up.jitter_ms = 20, 10
    arrivals = [at for [at] in fates(network.up)]
    waits = [at - number / 1000 for number, at in enumerate(arrivals)]
    assert 0.020 <= min(waits) < 0.021
    assert 0.029 < max(waits) < 0.031
    assert arrivals == sorted(arrivals)


def test_a_share_is_overtaken(network):
    network.up.reorder = 0.1
    arrivals = [at for [at] in fates(network.up)]
    overtaken = [before > after for before, after in pairwise(arrivals)]
    assert share(overtaken) == pytest.approx(0.1, abs=0.02)


def test_a_rate_makes_packets_wait_for_each_other(network):
    network.up.bits_per_s = 8 * 1000
    assert [network.up.arrivals(100, 0.0) for _ in range(3)] == [
        [pytest.approx(0.1)],
        [pytest.approx(0.2)],
        [pytest.approx(0.3)],
    ]
    assert network.up.arrivals(100, 10.0) == [pytest.approx(10.1)]


def test_what_finds_the_queue_full_is_lost(network):
    network.up.bits_per_s, network.up.buffer_bytes = 8 * 1000, 1000
    assert [bool(network.up.arrivals(400, 0.0)) for _ in range(4)] == [True, True, False, False]
    assert network.up.arrivals(400, 0.4)


def test_a_stream_loses_nothing_and_keeps_its_order(network):
    network.set(loss=1.0, reorder=1.0, jitter_ms=50, bits_per_s=8_000_000)
    arrivals = [network.down.arrival(1000, number / 1000) for number in range(COUNT)]
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] >= COUNT / 1000


def test_a_black_hole_swallows_everything_until_it_is_healed(network):
    network.black_hole()
    assert not any(fates(network.up) + fates(network.down))
    network.heal()
    assert all(fates(network.up) + fates(network.down))


def test_of_what_is_half_open_the_server_hears_and_is_not_heard(network):
    network.half_open()
    assert all(fates(network.up))
    assert not any(fates(network.down))


def test_a_slip_of_the_pen_is_no_setting(network):
    with pytest.raises(AttributeError, match="delay"):
        network.set(delay=20)
