from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest
from asgiref.sync import sync_to_async

from cameras.models import Camera
from streaming.backplane.live_state import LiveState
from streaming.domain.liveness import State
from streaming.watch import consumer
from tests.streaming.frames import frame
from tests.streaming.waiting import WITHIN_S, until
from tests.streaming.watch.records import ended_session
from tests.streaming.watch.viewing import (
    WATCH,
    heard_by,
    is_kind,
    is_relayed,
    is_state,
    newest_of,
    order_of_newest,
)

pytestmark = pytest.mark.django_db(transaction=True)


# Subscribing


@pytest.mark.parametrize("who", ["owner", "viewer", "superuser"])
async def test_who_may_watch_gets_the_state(dial, people, who):
    socket = await dial(WATCH, people[who])
    await socket.say("subscribe", cameras=["front-door"])
    assert await socket.hear("state") == {
        "camera": "front-door",
        "state": "off",
        "session": None,
        "reason": "never",
        "since": None,
        "publisher": None,
        "watching": 0,
        "protocol": 1,
    }


@pytest.mark.parametrize(("who", "publisher"), [("viewer", "olga"), ("visitor", None)])
async def test_who_filmed_is_told_to_people_who_have_signed_in(
    dial, people, public, who, publisher
):
    record = await sync_to_async(ended_session)(public, "stopped")
    socket = await dial(WATCH, people[who])
    await socket.say("subscribe", cameras=["front-door"])
    state = await socket.hear("state")
    assert (state["state"], state["reason"], state["publisher"]) == ("off", "stopped", publisher)
    assert record.ended
    assert state["since"] == pytest.approx(1000 * record.ended.timestamp())


async def test_a_state_is_told_once(dial, owner, viewer, camera, hub):
    for who in owner, viewer:
        socket = await dial(WATCH, who)
        await socket.say("subscribe", cameras=["front-door"])
        states = [said for said in await heard_by(socket) if is_kind(said, "state")]
        assert states
        assert all(said != before for before, said in pairwise(states))


async def test_visitors_watch_public_cameras(dial, public):
    socket = await dial(WATCH)
    await socket.say("subscribe", cameras=["front-door"])
    assert (await socket.hear("state"))["camera"] == "front-door"


async def test_who_may_not_watch_is_told_what_is_said_of_no_camera(dial, camera, stranger):
    for who in stranger, None:
        socket = await dial(WATCH, who)
        await socket.say("subscribe", cameras=["front-door", "nowhere"])
        forbidden, missing = [await socket.is_refused("not_found") for _ in range(2)]
        assert (forbidden["camera"], missing["camera"]) == ("front-door", "nowhere")
        assert forbidden["message"] == missing["message"]


async def test_a_disabled_camera_is_not_found_by_its_owner(dial, camera, owner):
    await Camera.objects.aupdate(enabled=False)
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"])
    assert (await socket.is_refused("not_found"))["camera"] == "front-door"


async def test_what_one_may_watch_is_shown_though_the_rest_is_not_found(dial, camera, viewer):
    socket = await dial(WATCH, viewer)
    await socket.say("subscribe", cameras=["nowhere", "front-door"])
    assert (await socket.is_refused("not_found"))["camera"] == "nowhere"
    assert (await socket.hear("state"))["camera"] == "front-door"


async def test_subscribing_again_changes_nothing(watching):
    await watching.say("subscribe", cameras=["front-door", "front-door"])
    assert [said for said in await heard_by(watching) if not is_kind(said, "state")] == []


async def test_an_empty_subscription_is_no_error(watching):
    await watching.say("subscribe", cameras=[])
    await watching.say("unsubscribe", cameras=[])
    assert not any(is_kind(said, "error") for said in await heard_by(watching))


async def test_a_page_shows_sixty_four_cameras_and_no_more(dial, owner):
    for number in range(65):
        await Camera.objects.acreate(name=f"Camera {number}", slug=f"c-{number}", owner=owner)
    socket = await dial(WATCH, owner)
    shown: set[str] = set()
    await socket.say("subscribe", cameras=[f"c-{number}" for number in range(64)])
    while len(shown) < 64:
        shown.add((await socket.hear("state"))["camera"])
    await socket.say("subscribe", cameras=["c-64"])
    [*_, error] = await socket.hear_until(lambda said: is_kind(said, "error"))
    assert error["code"] == "too_many"
    await socket.say("unsubscribe", cameras=["c-0"])
    await socket.say("subscribe", cameras=["c-64"])
    await socket.hear_until(lambda said: is_kind(said, "state") and said["camera"] == "c-64")


async def test_a_page_that_asks_for_too_many_at_once_stays_connected(dial, owner):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=[f"c-{number}" for number in range(65)])
    await socket.is_refused("too_many")
    await socket.say("ping", time=1)
    assert (await socket.hear("pong"))["time"] == 1


async def test_to_leave_more_than_can_be_shown_is_a_bad_message(dial, db):
    socket = await dial(WATCH)
    await socket.say("unsubscribe", cameras=[f"c-{number}" for number in range(65)])
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


async def test_a_thousand_cameras_at_once_are_a_bad_message(dial, owner):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=[str(number) for number in range(1000)])
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


async def test_a_storm_of_subscriptions_ends_in_what_was_said_last(watching, bus, camera):
    for _ in range(50):
        await watching.say("unsubscribe", cameras=["front-door"])
        await watching.say("subscribe", cameras=["front-door"])
    await heard_by(watching)

    async def is_shown():
        await bus.publish(camera.pk, frame(7, 1))
        # Without a ping: so many in a row would be too many messages.
        return any(isinstance(said, bytes) for said in await watching.heard())

    await until(is_shown)


async def test_a_storm_of_subscriptions_leaves_nothing_behind(watching, redis):
    for _ in range(50):
        await watching.say("unsubscribe", cameras=["front-door"])
        await watching.say("subscribe", cameras=["front-door"])
    await watching.say("unsubscribe", cameras=["front-door"])
    await heard_by(watching)

    async def is_quiet():
        return [name for name in await redis.pubsub_channels() if b"camera." in name] == []

    await until(is_quiet)


# Frames and states


async def test_a_frame_arrives_as_it_was_published(watching, bus, camera):
    message = frame(7, 1)
    await bus.publish(camera.pk, message)
    heard = await watching.hear_until(lambda said: isinstance(said, bytes))
    assert heard[-1] == message
    [state] = [said for said in heard if is_state(said, "live")]
    assert (state["camera"], state["session"]) == ("front-door", 7)


async def test_a_slow_viewer_skips_to_the_newest_frame(dial, bus, hub, camera, owner):
    socket = await dial(WATCH, owner, ahead=1)
    await socket.say("subscribe", cameras=["front-door"])
    await until(lambda: is_relayed(hub, camera))
    frames = [frame(7, sequence) for sequence in range(1, 21)]
    for message in frames:
        await bus.publish(camera.pk, message)
    await until(lambda: newest_of(hub, camera) == frames[-1])
    heard = await socket.hear_until(lambda said: said == frames[-1])
    # One that was being sent, and the newest.
    assert len([said for said in heard if isinstance(said, bytes)]) <= 2


async def test_after_unsubscribing_nothing_more_comes(watching, bus, camera, hub):
    await watching.say("unsubscribe", cameras=["front-door", "nowhere"])
    await until(lambda: not hub._relays)
    await bus.publish(camera.pk, frame(7, 1))
    assert not any(isinstance(said, bytes) for said in await heard_by(watching))


async def test_why_a_camera_is_off_is_said(watching, writer, camera):
    off = LiveState(state=State.OFF, reason="disconnected", session=7, last_seen=0)
    writer.live(camera.pk, off, publishing=False)
    await writer.flush()
    [*_, said] = await watching.hear_until(lambda said: said.get("reason"))
    assert (said["state"], said["session"], said["reason"]) == ("off", 7, "disconnected")


async def test_that_redis_is_away_is_said(watching, valkey):
    await asyncio.to_thread(valkey.stop)
    await watching.hear_until(lambda said: is_state(said, "unknown"))
    await asyncio.to_thread(valkey.start)
    # 3 s promised.
    await watching.hear_until(lambda said: is_state(said, "off"), within_s=9.0)


async def test_a_page_that_closes_watches_no_more(watching, hub):
    await watching.disconnect(timeout=WITHIN_S)
    assert (hub._viewers, hub._relays) == (set(), {})


# The clock


async def test_a_ping_is_answered_with_both_times(dial, db):
    socket = await dial(WATCH)
    await socket.say("ping", time=1234.5)
    pong = await socket.hear("pong")
    assert (pong["time"], pong["protocol"]) == (1234.5, 1)
    assert abs(pong["server_time"] - time.time() * 1000) < 5_000


async def test_many_pings_are_answered_in_order(dial, db):
    socket = await dial(WATCH)
    for number in range(100):
        await socket.say("ping", time=number)
    assert [(await socket.hear("pong"))["time"] for _ in range(100)] == list(range(100))


# Fewer frames


async def test_a_viewer_may_ask_for_fewer_frames(dial, bus, hub, camera, owner):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"], fps=0.1)
    await until(lambda: is_relayed(hub, camera))
    for sequence in range(1, 6):
        await bus.publish(camera.pk, frame(7, sequence))
    await until(lambda: order_of_newest(hub, camera) == (7, 5))
    assert len([said for said in await socket.heard() if isinstance(said, bytes)]) == 1


@pytest.mark.parametrize(
    ("fps", "codecs"), [(10, ()), (30, ("vp8", "h264")), (None, ("vp8", "h264"))]
)
async def test_who_asks_for_fewer_frames_gets_pictures_as_video_has_no_fewer(
    dial, hub, camera, owner, fps, codecs
):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"], fps=fps, video=["vp8", "h264"])
    await until(lambda: is_relayed(hub, camera))
    [viewer] = hub._viewers
    assert viewer.seat(camera.pk).choice.codecs == codecs
    assert (viewer.seat(camera.pk).window._interval_s == 0) is bool(codecs)


@pytest.mark.parametrize("fps", [0, 31, -1, "all"])
async def test_an_odd_frame_rate_is_a_bad_message(dial, owner, fps):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"], fps=fps)
    await socket.is_refused("bad_message")


# Idleness


async def test_a_viewer_who_watches_nothing_and_says_nothing_is_sent_away(dial, monkeypatch):
    monkeypatch.setattr(consumer, "IDLE_TIMEOUT_S", 0.2)
    begun_s = time.monotonic()
    socket = await dial(WATCH)
    assert await socket.close_code() == 4408
    assert time.monotonic() - begun_s >= 0.2


async def test_who_says_something_may_stay(dial, monkeypatch):
    monkeypatch.setattr(consumer, "IDLE_TIMEOUT_S", 0.3)
    socket = await dial(WATCH)
    for _ in range(5):
        await asyncio.sleep(0.1)
        assert not await heard_by(socket)


async def test_who_watches_a_camera_may_stay_however_quiet_it_is(dial, monkeypatch, public):
    monkeypatch.setattr(consumer, "IDLE_TIMEOUT_S", 0.5)
    socket = await dial(WATCH)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await asyncio.sleep(0.4)
    # It is open, and answers.
    assert not any(is_kind(said, "error") for said in await heard_by(socket))
