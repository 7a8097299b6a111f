from __future__ import annotations

import asyncio
import json
import time
from types import SimpleNamespace

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from cameras.models import ApiToken, Camera, Grant, Role
from streaming.backplane.bus import FrameBus
from streaming.backplane.store import LiveState
from streaming.domain import wire
from streaming.domain.liveness import State
from streaming.domain.window import LAG_S
from streaming.watch import consumer, lookups
from streaming.watch.catalogue import EVERY_S as CATALOGUE_EVERY_S
from tests.streaming.frames import frame
from tests.streaming.waiting import WITHIN_S, until

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = "/ws/watch/"
#: Three times the 2 s promised.
DARK_WITHIN_S = 6.0
#: Three times the 3 s promised.
BACK_WITHIN_S = 9.0


@pytest.fixture
def bus(valkey):
    return FrameBus()


@pytest.fixture
def public(camera):
    Camera.objects.update(visibility="public")
    return camera


@pytest.fixture
async def watching(dial, owner, camera, hub):
    """A page of the owner that frames of the camera reach."""
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await until(lambda: _is_relayed(hub, camera))
    return socket


async def _is_relayed(hub, camera):
    [(_, count)] = await hub._store._client.pubsub_numsub(f"asgi__group__camera.{camera.pk}")
    return count == 1


async def heard_by(socket):
    """What the server has said once it has answered a ping of now."""
    await socket.say("ping", time=4711)
    *said, _pong = await socket.hear_until(lambda message: is_kind(message, "pong"))
    return said


def is_kind(message, kind):
    return not isinstance(message, bytes) and message["type"] == kind


def is_state(message, state):
    return is_kind(message, "state") and message["state"] == state


# Subscribing


@pytest.mark.parametrize("who", ["owner", "viewer", "superuser"])
async def test_who_may_watch_gets_the_state(dial, people, who):
    socket = await dial(WATCH, people[who])
    await socket.say("subscribe", cameras=["front-door"])
    assert await socket.hear("state") == {
        "camera": "front-door",
        "state": "off",
        "session": None,
        "reason": None,
        "watching": 0,
        "protocol": 1,
    }


async def test_a_state_is_told_once(dial, owner, viewer, camera, hub):
    for who in owner, viewer:
        socket = await dial(WATCH, who)
        await socket.say("subscribe", cameras=["front-door"])
        states = [said for said in await heard_by(socket) if is_kind(said, "state")]
        assert len([said["watching"] for said in states]) == len({s["watching"] for s in states})


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
        return any(isinstance(said, bytes) for said in await heard_by(watching))

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
    await until(lambda: _is_relayed(hub, camera))
    frames = [frame(7, sequence) for sequence in range(1, 21)]
    for message in frames:
        await bus.publish(camera.pk, message)
    await until(lambda: newest_of(hub, camera) == frames[-1])
    heard = await socket.hear_until(lambda said: said == frames[-1])
    # One that was being sent, and the newest.
    assert len([said for said in heard if isinstance(said, bytes)]) <= 2


def newest_of(hub, camera):
    newest = hub._relays[camera.pk].newest
    return newest and newest.message


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


# Rights that end


async def test_a_withdrawn_right_turns_the_camera_dark(dial, viewer, camera, hub, bus):
    socket = await dial(WATCH, viewer)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await until(lambda: _is_relayed(hub, camera))
    await Grant.objects.filter(user=viewer).adelete()
    heard = await socket.hear_until(lambda said: is_kind(said, "error"), DARK_WITHIN_S)
    assert (heard[-1]["code"], heard[-1]["camera"]) == ("not_found", "front-door")
    await bus.publish(camera.pk, frame(7, 1))
    assert await heard_by(socket) == []


async def test_a_right_given_back_is_taken_up_again(dial, viewer, camera):
    socket = await dial(WATCH, viewer)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    camera.enabled = False
    await camera.asave()
    await socket.hear_until(lambda said: is_kind(said, "error"), DARK_WITHIN_S)
    camera.enabled = True
    await camera.asave()
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear_until(lambda said: is_state(said, "off"))


@pytest.mark.parametrize("address", ["front-door", "id"])
@pytest.mark.parametrize(
    ("shut", "open_again"),
    [
        ({"enabled": False}, {"enabled": True}),
        ({"visibility": "private"}, {"visibility": "public"}),
    ],
)
async def test_a_camera_comes_back_by_itself(dial, public, bus, hub, address, shut, open_again):
    socket = await dial(WATCH)
    address = str(public.pk) if address == "id" else address
    await socket.say("subscribe", cameras=[address])
    await socket.hear("state")
    await change(public, **shut)
    [*_, error] = await socket.hear_until(lambda said: is_kind(said, "error"), DARK_WITHIN_S)
    assert (error["code"], error["camera"]) == ("not_found", address)
    await change(public, **open_again)
    [*_, state] = await socket.hear_until(lambda said: is_kind(said, "state"), BACK_WITHIN_S)
    assert state["camera"] == address
    await until(lambda: _is_relayed(hub, public))
    await bus.publish(public.pk, frame(7, 1))
    await socket.hear_until(lambda said: isinstance(said, bytes))


async def change(camera, **fields):
    for name, value in fields.items():
        setattr(camera, name, value)
    await camera.asave(update_fields=list(fields))


async def test_a_camera_made_anew_is_shown_to_who_waits_for_its_slug(dial, camera, owner):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await camera.adelete()
    await socket.hear_until(lambda said: is_kind(said, "error"), DARK_WITHIN_S)
    await Camera.objects.acreate(name="Front door", owner=owner)
    await socket.hear_until(lambda said: is_state(said, "off"), BACK_WITHIN_S)


async def test_a_camera_that_comes_back_has_the_terms_it_was_subscribed_by(dial, public, hub):
    socket = await dial(WATCH)
    await change(public, enabled=False)
    await socket.say("subscribe", cameras=["front-door"], rendition="still")
    await socket.is_refused("not_found")
    await change(public, enabled=True)
    await socket.hear_until(lambda said: is_kind(said, "state"), BACK_WITHIN_S)
    [viewer] = hub._viewers
    assert viewer.seat(public.pk).choice.asked == "still"


async def test_a_camera_that_was_unsubscribed_does_not_come_back(dial, public, hub):
    socket = await dial(WATCH)
    await change(public, enabled=False)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.is_refused("not_found")
    await socket.say("unsubscribe", cameras=["front-door"])
    await change(public, enabled=True)
    await socket.say("follow")
    await socket.hear_until(lambda said: is_kind(said, "cameras"), BACK_WITHIN_S)
    assert [said for said in await heard_by(socket) if is_kind(said, "state")] == []


async def test_nobody_waits_for_what_they_may_not_see(dial, camera, stranger):
    socket = await dial(WATCH, stranger)
    await socket.say("subscribe", cameras=["front-door", str(camera.pk)])
    await socket.hear_until(lambda said: said.get("camera") == "front-door")
    await change(camera, name="Back door", slug="back-door")
    await change(camera, enabled=False)
    await change(camera, enabled=True)
    await asyncio.sleep(2 * CATALOGUE_EVERY_S)
    said = [said for said in await heard_by(socket) if said["type"] != "error"]
    assert said == []


async def test_refused_cameras_count_among_those_of_a_page(dial, owner, camera):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=[f"n-{number}" for number in range(64)])
    for _ in range(64):
        await socket.is_refused("not_found")
    await socket.say("subscribe", cameras=["front-door"])
    await socket.is_refused("too_many")


# The list of cameras


async def test_who_follows_hears_what_they_may_watch(dial, camera, viewer):
    socket = await dial(WATCH, viewer)
    await socket.say("follow")
    assert (await socket.hear("cameras"))["cameras"] == [
        {
            **{"id": str(camera.pk), "slug": "front-door", "name": "Front door"},
            **{"width": 640, "height": 480, "frame_rate": 30},
            **{"publishable": False, "manageable": False},
        }
    ]


async def test_the_list_follows_the_catalogue(dial, public, owner):
    socket = await dial(WATCH)
    await socket.say("follow")
    assert await listed(socket) == ["Front door"]
    await change(public, name="Porch")
    assert await listed(socket) == ["Porch"]
    await Camera.objects.acreate(name="Attic", owner=owner, visibility="public")
    assert await listed(socket) == ["Attic", "Porch"]
    await public.adelete()
    assert await listed(socket) == ["Attic"]


async def listed(socket):
    [*_, said] = await socket.hear_until(lambda said: is_kind(said, "cameras"), BACK_WITHIN_S)
    return [camera["name"] for camera in said["cameras"]]


async def test_the_list_names_nothing_that_one_may_not_watch(dial, camera, owner, stranger):
    socket = await dial(WATCH, stranger)
    await socket.say("follow")
    assert await listed(socket) == []
    await change(camera, name="Secret")
    await Camera.objects.acreate(name="Public", owner=owner, visibility="public")
    assert await listed(socket) == ["Public"]


async def test_the_list_is_told_only_when_it_has_changed(dial, camera, owner):
    socket = await dial(WATCH, owner)
    await socket.say("follow")
    await listed(socket)
    await socket.say("follow")
    await change(camera, notes="Seen by managers")
    await asyncio.sleep(2 * CATALOGUE_EVERY_S)
    assert await heard_by(socket) == []


async def test_the_list_follows_what_one_may_do_with_a_camera(dial, camera, viewer):
    socket = await dial(WATCH, viewer)
    await socket.say("follow")
    assert (await socket.hear("cameras"))["cameras"][0]["publishable"] is False
    grant = await Grant.objects.aget(user=viewer)
    await change(grant, role=Role.PUBLISH)
    assert (await socket.hear("cameras"))["cameras"][0]["publishable"] is True


async def test_many_changes_are_told_together(dial, owner):
    socket = await dial(WATCH, owner)
    await socket.say("follow")
    await listed(socket)
    for number in range(20):
        await Camera.objects.acreate(name=f"Camera {number:02}", owner=owner)
    said = await socket.hear_until(
        lambda said: is_kind(said, "cameras") and len(said["cameras"]) == 20
    )
    assert len(said) < 10


async def test_who_has_gone_follows_no_more(dial, public, hub):
    socket = await dial(WATCH)
    await socket.say("follow")
    await listed(socket)
    await socket.disconnect(timeout=WITHIN_S)
    assert not hub.catalogue._followers


# A camera with another slug


async def test_who_watches_by_the_id_does_not_notice_another_slug(watching, dial, camera, owner):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=[str(camera.pk)])
    assert (await socket.hear("state"))["camera"] == str(camera.pk)
    await change(camera, slug="porch")
    assert [said for said in await heard_by(socket) if is_kind(said, "error")] == []
    again = await dial(WATCH, owner)
    await again.say("subscribe", cameras=[str(camera.pk)])
    assert (await again.hear("state"))["camera"] == str(camera.pk)


async def test_a_former_slug_still_finds_the_camera(dial, camera, owner):
    await change(camera, slug="porch")
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"])
    assert (await socket.hear("state"))["camera"] == "front-door"


async def test_a_camera_subscribed_by_two_addresses_is_shown_once(dial, camera, owner, hub):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await socket.say("subscribe", cameras=[str(camera.pk)])
    hub.catalogue.changed()
    await asyncio.sleep(2 * CATALOGUE_EVERY_S)
    assert [said for said in await heard_by(socket) if said["camera"] != "front-door"] == []


async def test_signing_out_closes_the_socket(dial, async_client, viewer, camera):
    await async_client.aforce_login(viewer)
    socket = await dial(WATCH, async_client)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await async_client.alogout()
    [*_, error] = await socket.hear_until(
        lambda said: said.get("code") == "not_allowed", DARK_WITHIN_S
    )
    assert error["why"] == "signed_out"
    assert await socket.close_code() == 4403


async def test_a_sign_in_that_ran_out_says_so(dial, async_client, viewer, camera, hub):
    await async_client.aforce_login(viewer)
    socket = await dial(WATCH, async_client)
    await Session.objects.aupdate(expire_date=timezone.now())
    await hub.check_rights(None, None)
    [*_, error] = await socket.hear_until(lambda said: is_kind(said, "error"), DARK_WITHIN_S)
    assert error["why"] == "expired"


async def test_a_superuser_no_more_is_not_let_in_again(dial, superuser, camera):
    socket = await dial(WATCH, superuser)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    superuser.is_superuser = False
    await superuser.asave()
    await socket.hear_until(lambda said: is_kind(said, "error"), DARK_WITHIN_S)
    await socket.say("subscribe", cameras=["front-door"])
    assert (await socket.is_refused("not_found"))["camera"] == "front-door"


# Programs, which come with a token


async def issue(user):
    return await sync_to_async(ApiToken.issue)(user=user, name="Wall in the hall")


async def test_a_program_watches_by_its_token(dial, viewer, camera):
    _, secret = await issue(viewer)
    socket = await dial(WATCH)
    await socket.say("authenticate", token=secret)
    assert await socket.hear("welcome") == {"name": "vera", "protocol": 1}
    await socket.say("subscribe", cameras=["front-door"])
    assert (await socket.hear("state"))["camera"] == "front-door"


async def test_a_program_may_send_its_token_as_a_header(dial, viewer, camera):
    _, secret = await issue(viewer)
    socket = await dial(WATCH, headers=[(b"authorization", f"Bearer {secret}".encode())])
    await socket.hear("welcome")
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")


async def test_a_token_counts_and_not_who_is_signed_in(dial, owner, stranger, camera):
    _, secret = await issue(stranger)
    socket = await dial(WATCH, owner)
    await socket.say("authenticate", token=secret)
    await socket.hear("welcome")
    await socket.say("subscribe", cameras=["front-door"])
    await socket.is_refused("not_found")


@pytest.mark.parametrize("token", ["", "ssat_wrong", "sspk_wrong", "\uffff", "x" * 3000])
async def test_a_wrong_token_closes_the_socket(dial, db, token):
    socket = await dial(WATCH)
    await socket.say("authenticate", token=token)
    await socket.is_refused("not_allowed")
    assert await socket.close_code() == 4403


async def test_a_wrong_token_as_a_header_closes_the_socket(dial, db):
    socket = await dial(WATCH, headers=[(b"authorization", b"Bearer ssat_wrong")])
    await socket.is_refused("not_allowed")
    assert await socket.close_code() == 4403


@pytest.mark.parametrize("before", ["authenticate", "subscribe"])
async def test_a_program_authenticates_first_and_once(dial, viewer, camera, before):
    _, secret = await issue(viewer)
    socket = await dial(WATCH, viewer)
    await socket.say(before, token=secret, cameras=["front-door"])
    await socket.say("authenticate", token=secret)
    [*_, error] = await socket.hear_until(lambda said: is_kind(said, "error"))
    assert error["code"] == "bad_message"


async def test_a_revoked_token_turns_the_socket_dark(dial, viewer, camera):
    token, secret = await issue(viewer)
    socket = await dial(WATCH)
    await socket.say("authenticate", token=secret)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear_until(lambda said: is_kind(said, "state"))
    await sync_to_async(token.revoke)()
    heard = await socket.hear_until(lambda said: said.get("code") == "not_allowed", DARK_WITHIN_S)
    assert heard[-1]["why"] == "revoked"
    assert await socket.close_code() == 4403


# Limits


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


# Bad inputs


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "null",
        '"subscribe"',
        "{}",
        '{"type": 7}',
        '{"type": null}',
        '{"type": "shout"}',
        '{"type": "websocket.disconnect"}',
        '{"type": "websocket.receive", "text": "{}"}',
        '{"type": "show_frame"}',
        '{"type": "__init__"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "cameras": "front-door"}',
        '{"type": "subscribe", "cameras": {"front-door": 1}}',
        '{"type": "subscribe", "cameras": [7]}',
        '{"type": "subscribe", "cameras": ["\\ud800"]}',
        '{"type": "subscribe", "cameras": ["front\\u0000door"]}',
        '{"type": "unsubscribe", "cameras": null}',
        '{"type": "ping"}',
        '{"type": "ping", "time": "now"}',
        '{"type": "ping", "time": true}',
        '{"type": "ping", "time": NaN}',
        '{"type": "ping", "time": Infinity}',
        '{"type": "ping", "time": 1e999}',
        '{"type": "ping", "time": ' + "9" * 400 + "}",
    ],
)
async def test_a_bad_message_is_named_and_closes_the_socket(dial, db, text):
    socket = await dial(WATCH)
    await socket.send_input({"type": "websocket.receive", "text": text})
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


@pytest.mark.parametrize(
    "text",
    ["[" * 4_000, '{"type":' * 500, '{"type": "ping", "x": "' + "x" * 10_000_000],
    ids=["nested", "nested objects", "10 MB"],
)
async def test_a_huge_message_is_a_bad_message(dial, db, text):
    socket = await dial(WATCH)
    await socket.send_to(text)
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


async def test_a_binary_message_is_a_bad_message(dial, db):
    socket = await dial(WATCH)
    await socket.send_to(bytes_data=frame(7, 1))
    await socket.is_refused("bad_message")
    assert await socket.close_code() == 4400


async def test_the_longest_message_has_four_kibibytes(dial, db):
    socket = await dial(WATCH)
    longest = json.dumps({"type": "ping", "time": 1, "x": ""})
    padding = "x" * (4096 - len(longest))
    await socket.say("ping", time=1, x=padding)
    await socket.hear("pong")
    await socket.say("ping", time=1, x=padding + "x")
    await socket.is_refused("bad_message")


async def test_fields_of_newer_clients_are_ignored(dial, db):
    socket = await dial(WATCH)
    await socket.say("ping", time=1, mood="sunny")
    await socket.hear("pong")


async def test_one_bad_viewer_takes_nobody_along(watching, dial, bus, camera):
    bad = await dial(WATCH)
    await bad.send_to("hello")
    await bad.is_refused("bad_message")
    await bus.publish(camera.pk, frame(7, 1))
    await watching.hear_until(lambda said: isinstance(said, bytes))


async def test_a_viewer_may_ask_for_fewer_frames(dial, bus, hub, camera, owner):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"], fps=0.1)
    await until(lambda: _is_relayed(hub, camera))
    for sequence in range(1, 6):
        await bus.publish(camera.pk, frame(7, sequence))
    await until(lambda: newest_of(hub, camera) == frame_of(hub, camera, 5))
    assert len([said for said in await socket.heard() if isinstance(said, bytes)]) == 1


@pytest.mark.parametrize(
    ("fps", "codecs"), [(10, ()), (30, ("vp8", "h264")), (None, ("vp8", "h264"))]
)
async def test_who_asks_for_fewer_frames_gets_pictures_as_video_has_no_fewer(
    dial, hub, camera, owner, fps, codecs
):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"], fps=fps, video=["vp8", "h264"])
    await until(lambda: _is_relayed(hub, camera))
    [viewer] = hub._viewers
    assert viewer.seat(camera.pk).choice.codecs == codecs
    assert (viewer.seat(camera.pk).window._interval_s == 0) is bool(codecs)


def frame_of(hub, camera, sequence):
    newest = newest_of(hub, camera)
    return newest if newest and wire.head_of(newest).order == (7, sequence) else b"none"


@pytest.mark.parametrize("fps", [0, 31, -1, "all"])
async def test_an_odd_frame_rate_is_a_bad_message(dial, owner, fps):
    socket = await dial(WATCH, owner)
    await socket.say("subscribe", cameras=["front-door"], fps=fps)
    await socket.is_refused("bad_message")


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
    await until(lambda: newest_of(hub, camera) == frame_of(hub, camera, 3))
    assert not any(isinstance(said, bytes) for said in await watching.heard())


async def test_reports_of_cameras_that_nobody_watches_are_let_go(dial, owner):
    socket = await dial(WATCH, owner)
    await socket.say("report", camera="nowhere", sequence=1, latency_ms=1, bytes=1)
    await socket.say("ping", time=1)
    assert (await socket.hear("pong"))["time"] == 1


# Latency


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
