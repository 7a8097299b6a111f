"""What a viewer may ask for, and how many may watch."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from django.db import OperationalError

from cameras.models import Camera
from streaming.watch import consumer, lookups
from tests.streaming.waiting import until
from tests.streaming.watch.viewing import WATCH, heard_by, is_kind

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def limits(settings):
    def set_limits(**limits):
        settings.SKYSENTRY = limits

    return set_limits


async def test_a_flood_is_counted_and_closed(limits, dial, node, db):
    limits(VIEWER_MESSAGES_PER_S=2)
    socket = await dial(WATCH)
    for number in range(20):
        await socket.say("ping", time=number)
    heard = await socket.hear_until(lambda said: is_kind(said, "error"))
    assert 10 <= len(heard) - 1 < 20
    assert heard[-1]["code"] == "too_often"
    assert await socket.close_code() == 1008
    assert node.refusals.total["viewer_messages_per_s"] == 1


async def test_a_wall_of_sixty_four_may_report_twice_a_second(limits, dial, owner):
    for number in range(64):
        await Camera.objects.acreate(name=f"Camera {number}", slug=f"c-{number}", owner=owner)
    limits(VIEWERS=1)
    socket = await dial(WATCH, owner)
    for number in range(64):
        await socket.say("subscribe", cameras=[f"c-{number}"])
    # Ten seconds' worth, at once.
    for number in range(64 * 10):
        await socket.say("report", camera=f"c-{number % 64}", bytes=1, latency_ms=300)
    assert not any(is_kind(said, "error") for said in await heard_by(socket))


async def test_when_too_many_watch_one_is_told_when_to_come_again(limits, dial, node, db):
    limits(VIEWERS=1)
    await dial(WATCH)
    late = await dial(WATCH)
    assert (await late.is_refused("full"))["retry_after_s"] == 5
    assert await late.receive_output() == {
        "type": "websocket.close",
        "code": 1013,
        "reason": "retry_after=5",
    }
    assert node.refusals.total["viewers"] == 1


async def test_a_camera_that_too_many_watch_leaves_the_others(limits, dial, node, public, owner):
    limits(VIEWERS_PER_CAMERA=1)
    await Camera.objects.acreate(name="Hall", slug="hall", owner=owner, visibility="public")
    first, late = await dial(WATCH), await dial(WATCH)
    await first.say("subscribe", cameras=["front-door"])
    await first.hear("state")
    await late.say("subscribe", cameras=["front-door", "hall"])
    error = await late.is_refused("unavailable")
    assert (error["camera"], error["retry_after_s"]) == ("front-door", 5)
    assert (await late.hear("state"))["camera"] == "hall"
    assert node.refusals.total["viewers_per_camera"] == 1
    await first.say("unsubscribe", cameras=["front-door"])
    await heard_by(first)
    await late.say("subscribe", cameras=["front-door"])
    await late.hear_until(lambda said: is_kind(said, "state") and said["camera"] == "front-door")


async def test_without_the_database_a_camera_is_asked_for_again_later(
    dial, public, hub, monkeypatch
):
    def fail(*_):
        raise OperationalError

    monkeypatch.setattr(lookups, "look", fail)
    socket = await dial(WATCH)
    await socket.say("subscribe", cameras=["front-door"])
    assert (await socket.is_refused("unavailable"))["camera"] == "front-door"
    monkeypatch.undo()
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")


async def test_who_changes_without_end_waits(monkeypatch, dial, public):
    monkeypatch.setattr(consumer, "_CHANGES", 1)
    monkeypatch.setattr(consumer, "_CHANGES_PER_S", 20.0)
    socket = await dial(WATCH)
    began_s = time.monotonic()
    for _ in range(5):
        await socket.say("unsubscribe", cameras=["nowhere"])
    await heard_by(socket)
    assert time.monotonic() - began_s >= 0.2


async def test_who_leaves_while_many_changes_wait_is_gone_at_once(monkeypatch, dial, public, hub):
    monkeypatch.setattr(consumer, "_CHANGES_PER_S", 0.1)
    link = SimpleNamespace(is_open=True, pending=0)
    monkeypatch.setattr(consumer, "connection", lambda _scope: link)
    socket = await dial(WATCH)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    for _ in range(10):
        await socket.say("unsubscribe", cameras=[f"c{number}" for number in range(64)])
    link.is_open = False
    await until(lambda: not hub.viewers)


async def test_after_the_end_nothing_is_said_or_read(dial, db, node):
    socket = await dial(WATCH)
    for _ in range(5):
        await socket.send_to("hello")
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400
    assert await socket.receive_nothing()
    assert node.refusals.total["bad_messages"] == 1
