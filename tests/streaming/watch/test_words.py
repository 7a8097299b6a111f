"""What a viewer hears who is refused something."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from cameras.models import ApiToken, Camera
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = "/ws/watch/"


@pytest.fixture
def public(camera):
    Camera.objects.update(visibility="public")
    return camera


def is_kind(message, kind):
    return not isinstance(message, bytes) and message["type"] == kind


async def heard_by(socket):
    """What the server has said once it has answered a ping of now."""
    await socket.say("ping", time=4711)
    *said, _pong = await socket.hear_until(lambda message: is_kind(message, "pong"))
    return said


async def subscribed(dial, *addresses, who=None):
    socket = await dial(WATCH, who)
    await socket.say("subscribe", cameras=[*addresses])
    return socket


async def test_who_waits_for_a_crowded_camera_is_told_once_for_each_time_they_ask(
    settings, dial, node, public
):
    settings.SKYSENTRY = {"VIEWERS_PER_CAMERA": 1}
    first = await subscribed(dial, "front-door")
    await first.hear("state")
    late = await subscribed(dial, "front-door")
    await late.is_refused("unavailable")
    for _ in range(3):
        # As every ten seconds, and with each change of rights.
        await node.hub.catalogue._tell_all()
    assert await heard_by(late) == []
    assert node.refusals.total["viewers_per_camera"] == 1
    await late.say("subscribe", cameras=["front-door"])
    await late.is_refused("unavailable")
    assert node.refusals.total["viewers_per_camera"] == 2


async def test_who_got_in_and_is_crowded_out_later_hears_of_it_again(settings, dial, node, public):
    settings.SKYSENTRY = {"VIEWERS_PER_CAMERA": 1}
    first = await subscribed(dial, "front-door")
    await first.hear("state")
    late = await subscribed(dial, "front-door")
    await late.is_refused("unavailable")
    await first.disconnect()
    await until(lambda: not node.hub.is_crowded(public.pk))
    await node.hub.catalogue._tell_all()
    await late.hear("state")


async def test_a_camera_has_one_of_its_addresses_on_a_socket_and_the_other_is_told_so(dial, public):
    socket = await subscribed(dial, "front-door")
    await socket.hear("state")
    await socket.say("subscribe", cameras=[str(public.pk)])
    error = await socket.is_refused("duplicate")
    assert error["camera"] == str(public.pk)
    assert "“front-door”" in error["message"]
    # It is none of the subscriptions.
    await socket.say("unsubscribe", cameras=[str(public.pk)])
    await socket.say("subscribe", cameras=["front-door"])
    assert await heard_by(socket) == []
    await socket.say("unsubscribe", cameras=["front-door"])
    await socket.say("subscribe", cameras=[str(public.pk)])
    assert (await socket.hear("state"))["camera"] == str(public.pk)


async def test_of_two_addresses_at_once_one_is_told_so(dial, public):
    socket = await subscribed(dial, "front-door", str(public.pk))
    heard = await heard_by(socket)
    [state] = [said for said in heard if is_kind(said, "state")]
    [error] = [said for said in heard if is_kind(said, "error")]
    assert error["code"] == "duplicate"
    assert {state["camera"], error["camera"]} == {"front-door", str(public.pk)}


@pytest.fixture
def _two_sockets(settings):
    settings.SKYSENTRY = {"SOCKETS_PER_PERSON": 2}


@pytest.mark.usefixtures("_two_sockets")
async def test_programs_of_a_person_have_so_many_sockets(dial, node, viewer):
    _, secret = await sync_to_async(ApiToken.issue)(user=viewer, name="Script")
    for _ in range(2):
        socket = await dial(WATCH)
        await socket.say("authenticate", token=secret)
        await socket.hear("welcome")
    late = await dial(WATCH)
    await late.say("authenticate", token=secret)
    assert (await late.is_refused("full"))["retry_after_s"] == 20
    assert await late.close_code() == 1013
    assert node.refusals.total["sockets_per_person"] == 1
