"""Programs watch by their token; who came by a share link is tried in test_link_places.py."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from cameras.models import ApiToken
from tests.streaming.waiting import DARK_WITHIN_S
from tests.streaming.watch.viewing import WATCH, is_kind

pytestmark = pytest.mark.django_db(transaction=True)


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
