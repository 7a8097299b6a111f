"""Who is welcome on the publish socket, and what the others are told."""

from __future__ import annotations

import pytest
from channels.db import database_sync_to_async
from django.test import override_settings

from cameras.models import Camera, Grant, PublishKey, Role
from streaming.publish.states import TIMEOUTS_S, State
from tests.streaming.publish.publish_socket import (
    OFFER,
    PUBLISH,
    is_bad_message,
    is_turned_away,
    why_turned_away,
)

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_owner_is_welcome_and_hears_how_to_film(dial, owner, camera_facts):
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate")
    assert await socket.hear("welcome") == {
        "camera": camera_facts,
        "ice_servers": [],
        "protocol": 1,
    }


async def test_the_ice_servers_of_the_settings_are_told(dial, camera, owner):
    servers = [{"urls": "turn:turn.example", "username": "sky", "credential": "secret"}]
    with override_settings(SKYSENTRY={"ICE_SERVERS": servers}):
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate")
        assert (await socket.hear("welcome"))["ice_servers"] == servers


async def test_a_superuser_is_welcome(dial, camera, superuser):
    socket = await dial(PUBLISH, superuser)
    await socket.say("authenticate")
    await socket.hear("welcome")


async def test_who_was_granted_to_publish_is_welcome(dial, camera, stranger):
    await Grant.objects.acreate(camera=camera, user=stranger, role=Role.PUBLISH)
    socket = await dial(PUBLISH, stranger)
    await socket.say("authenticate", key=None)
    await socket.hear("welcome")


async def test_a_key_is_welcome_without_an_account(dial, key):
    socket = await dial(PUBLISH)
    await socket.say("authenticate", key=key)
    assert (await socket.hear("welcome"))["camera"]["slug"] == "front-door"


@pytest.mark.parametrize("who", ["viewer", "stranger", "visitor"])
async def test_who_may_not_publish_is_told_what_is_said_of_no_camera(dial, people, who):
    reasons = set()
    for path in PUBLISH, "/ws/publish/nowhere/":
        socket = await dial(path, people[who])
        await socket.say("authenticate")
        reasons.add(await is_turned_away(socket))
    assert len(reasons) == 1


async def test_a_disabled_camera_takes_nobody(dial, camera, owner, key):
    await Camera.objects.aupdate(enabled=False)
    for secret in None, key:
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate", key=secret)
        await is_turned_away(socket)


async def test_the_camera_of_somebody_else_is_turned_away(dial, owner, stranger, camera):
    await Camera.objects.acreate(name="Garden", owner=stranger)
    socket = await dial("/ws/publish/garden/", owner)
    await socket.say("authenticate")
    await is_turned_away(socket)


async def test_a_key_opens_its_own_camera_alone(dial, owner, key):
    await Camera.objects.acreate(name="Garden", owner=owner)
    # Though its owner holds it.
    socket = await dial("/ws/publish/garden/", owner)
    await socket.say("authenticate", key=key)
    assert await why_turned_away(socket) is None


async def test_a_revoked_key_is_turned_away(dial, key):
    await database_sync_to_async(lambda: PublishKey.objects.get().revoke())()
    socket = await dial(PUBLISH)
    await socket.say("authenticate", key=key)
    assert await why_turned_away(socket) == "revoked"


async def test_a_key_hears_that_its_camera_is_disabled(dial, camera, key, owner):
    await Camera.objects.aupdate(enabled=False)
    for given, why in {key: "disabled", None: None}.items():
        socket = await dial(PUBLISH, owner)
        await socket.say("authenticate", key=given)
        assert await why_turned_away(socket) == why


async def test_a_page_whose_user_has_signed_out_hears_so_whatever_camera_it_names(dial, camera):
    for path in PUBLISH, "/ws/publish/nowhere/":
        socket = await dial(path)
        await socket.say("authenticate")
        assert await why_turned_away(socket) == "signed_out"


@pytest.mark.parametrize("secret", ["", "sspk_", "sspk_" + "x" * 43, "x" * 10_000, "'; --"])
async def test_what_is_no_key_is_turned_away(dial, camera, owner, secret):
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate", key=secret)
    await is_turned_away(socket)


async def test_who_never_authenticates_is_timed_out(dial, camera, owner, monkeypatch):
    monkeypatch.setitem(TIMEOUTS_S, State.CONNECTED, 0.1)
    socket = await dial(PUBLISH, owner)
    await socket.is_refused("timeout")
    assert await socket.close_code() == 4408


async def test_who_has_authenticated_has_all_the_time(dial, camera, owner, monkeypatch):
    monkeypatch.setitem(TIMEOUTS_S, State.CONNECTED, 1.0)
    socket = await dial(PUBLISH, owner)
    await socket.say("authenticate")
    await socket.hear("welcome")
    assert await socket.receive_nothing(timeout=1.2)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("offer", {"sdp": OFFER}), ("attach", {"resume": "a:b:c"}), ("bye", {})],
)
async def test_nothing_is_taken_before_authentication(dial, camera, owner, kind, fields):
    socket = await dial(PUBLISH, owner)
    await socket.say(kind, **fields)
    assert await is_bad_message(socket)


async def test_authenticating_twice_is_a_bad_message(socket):
    await socket.say("authenticate")
    assert await is_bad_message(socket)
