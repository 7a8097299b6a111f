"""Who may watch by the socket, and rights that end."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from cameras.models import ApiToken, Grant
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
