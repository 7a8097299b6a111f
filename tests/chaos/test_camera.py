"""A camera on a bad network, filming for a real system."""

from __future__ import annotations

import time

import pytest

from tests.chaos.conftest import needs_second_address
from tests.chaos.viewer import watching
from tests.streaming.waiting import until

pytestmark = [needs_second_address, pytest.mark.system]

faults = pytest.mark.faults(seconds=5)

CONNECTED_WITHIN_S = 20.0
#: Three times the 3 s that are promised.
LOST_WITHIN_S = 9.0
#: A camera asks anew every 15 s at most.
BACK_WITHIN_S = 40.0
WATCH_S = 4.0


@pytest.fixture
async def viewer(system, owner_cookies, filming):
    async with watching(system.url, "my-camera", owner_cookies) as viewer:
        await until(lambda: shows(viewer, filming), CONNECTED_WITHIN_S)
        yield viewer


def shows(viewer, filming):
    """Whether what comes is this camera's: the newest picture of the one before is shown first."""
    session = filming.session and filming.session.number
    return viewer.state == "live" and viewer.seen and viewer.seen[-1].frame.session == session


@pytest.mark.parametrize(
    ("bad", "least_fps", "most_age_ms"),
    [
        pytest.param({}, 8, 800, id="none", marks=faults),
        pytest.param({"loss": 0.01}, 8, 1000, id="loss of 1 %", marks=faults),
        pytest.param({"loss": 0.05}, 3, 1500, id="loss of 5 %"),
        pytest.param({"delay_ms": 20}, 8, 1000, id="delay", marks=faults),
        pytest.param({"delay_ms": 20, "jitter_ms": 10, "reorder": 0.05}, 3, 1500, id="disorder"),
        pytest.param({"duplicate": 0.1}, 8, 800, id="duplicates", marks=faults),
    ],
)
async def test_frames_arrive_whole_and_in_order(viewer, relay, bad, least_fps, most_age_ms):
    relay.network.set(**bad)
    record = await viewer.saw(WATCH_S)
    print(f"{bad}: {record}")
    way = relay.network.up
    # By the relay, and by no other way.
    assert way.sent > len(record.seen)
    assert bool(way.lost) == bool(way.loss)
    assert record.is_whole()
    assert record.is_in_order()
    assert record.frames_per_s >= least_fps
    assert record.age_ms(0.95) <= most_age_ms


async def test_a_camera_in_a_black_hole_is_lost_and_comes_back(viewer, relay):
    session = viewer.seen[-1].frame.session
    relay.network.black_hole()
    print(f"lost after {await seconds_until(lambda: viewer.state == 'lost', LOST_WITHIN_S):.1f} s")
    count = len(viewer.seen)
    relay.network.heal()
    back_s = await seconds_until(lambda: len(viewer.seen) > count, BACK_WITHIN_S)
    print(f"back after {back_s:.1f} s")
    # What was under way may come before the camera has noticed anything.
    await until(lambda: viewer.state == "live", BACK_WITHIN_S)
    assert viewer.seen[-1].frame.session == session


async def test_a_camera_that_hears_nothing_any_more_comes_back(viewer, relay):
    relay.network.half_open()
    # Its first frames still get through; then it waits for their receipt, and misses the server's
    # word.
    await until(lambda: viewer.state != "live", LOST_WITHIN_S)
    relay.network.heal()
    await until(lambda: viewer.state == "live", BACK_WITHIN_S)


async def test_a_camera_goes_on_from_another_port_of_its_network(viewer, relay):
    relay.cut()
    count = len(viewer.seen)
    gap_s = await seconds_until(lambda: len(viewer.seen) > count, BACK_WITHIN_S)
    print(f"a gap of {gap_s:.1f} s")


async def seconds_until(condition, within_s):
    began_s = time.monotonic()
    await until(condition, within_s)
    return time.monotonic() - began_s
