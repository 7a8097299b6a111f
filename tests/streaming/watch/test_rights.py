"""Who may watch by the socket, and rights that end."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from cameras.models import Grant
from tests.streaming.frames import frame
from tests.streaming.waiting import DARK_WITHIN_S, until
from tests.streaming.watch.viewing import WATCH, heard_by, is_kind, is_relayed, is_state

pytestmark = pytest.mark.django_db(transaction=True)


# Rights that end


async def test_a_withdrawn_right_turns_the_camera_dark(dial, viewer, camera, hub, bus):
    socket = await dial(WATCH, viewer)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await until(lambda: is_relayed(hub, camera))
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
