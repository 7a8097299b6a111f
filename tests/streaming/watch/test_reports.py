"""What viewers report, and what is told of it."""

from __future__ import annotations

import asyncio

import pytest

from streaming.domain.window import LAG_S
from tests.streaming.frames import frame
from tests.streaming.waiting import until
from tests.streaming.watch.viewing import WATCH, heard_by, is_kind, order_of_newest

pytestmark = pytest.mark.django_db(transaction=True)


async def test_reports_of_a_queue_hold_frames_back(watching, bus, hub, camera):
    async def show(sequence):
        await bus.publish(camera.pk, frame(7, sequence))
        await watching.hear_until(lambda said: isinstance(said, bytes))

    async def report(received):
        await watching.say("report", camera="front-door", latency_ms=900, bytes=received)
        await watching.say("ping", time=1)
        await watching.hear_until(lambda said: said["type"] == "pong")

    await show(1)
    # All has arrived so far: from here on, the rate is measured.
    [viewer] = hub._viewers
    arrived = viewer.seat(camera.pk).window.written
    await report(arrived)
    await show(2)
    await asyncio.sleep(1.2 * LAG_S)
    await report(arrived)
    await bus.publish(camera.pk, frame(7, 3))
    await until(lambda: order_of_newest(hub, camera) == (7, 3))
    assert not any(isinstance(said, bytes) for said in await watching.heard())


async def test_reports_of_cameras_that_nobody_watches_are_let_go(dial, owner):
    socket = await dial(WATCH, owner)
    await socket.say("report", camera="nowhere", sequence=1, latency_ms=1, bytes=1)
    await socket.say("ping", time=1)
    assert (await socket.hear("pong"))["time"] == 1


async def test_what_a_viewer_reports_is_known_of_the_camera(watching, hub, camera, store):
    await watching.say("report", camera="front-door", sequence=1, latency_ms=42.4, bytes=0)

    async def latencies():
        [state] = await store.live([camera.pk])
        return state.latencies_ms == (42,)

    await until(latencies)


async def test_it_says_where_frames_spend_their_time(watching, hub, bus, camera):
    await bus.publish(camera.pk, frame(7, 1, captured_at=hub.now_ms() - 50))
    await watching.hear_until(lambda said: isinstance(said, bytes))
    await watching.say("stages", camera="front-door")
    stages = await watching.hear("stages")
    assert stages["camera"] == "front-door"
    assert (stages["camera_ms"], stages["uplink_ms"]) == (0.0, 0.0)
    assert 50 <= stages["server_ms"] < 1000


async def test_a_camera_whose_clock_is_far_off_spoils_no_times(watching, hub, bus, camera):
    for sequence, captured_at in enumerate([0.0, 1e300, hub.now_ms()], 1):
        await bus.publish(camera.pk, frame(7, sequence, captured_at=captured_at))
        await watching.hear_until(lambda said: isinstance(said, bytes))
    await watching.say("stages", camera="front-door")
    assert (await watching.hear("stages"))["server_ms"] < 1000


async def test_of_a_camera_without_frames_it_says_no_times(watching):
    await watching.say("stages", camera="front-door")
    assert not any(is_kind(said, "stages") for said in await heard_by(watching))
