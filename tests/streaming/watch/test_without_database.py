"""Viewers go on without the database, and may come back for a while."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from cameras import database
from cameras.models import ApiToken
from streaming.protocol.enums import ChangeKind, CloseCode
from streaming.protocol.notices import Change
from tests.outage import database_away
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def settle(node, monkeypatch):
    """Waits until the process, once it runs, has heard all that was announced so far."""
    applied, apply = [], node.apply

    async def note(notice):
        applied.append(notice)
        await apply(notice)

    async def settle():
        last = Change(ChangeKind.ACCESS, user_id=4711)
        await node.backplane.bus.announce(last)
        await until(lambda: last in applied)

    monkeypatch.setattr(node, "apply", note)
    return settle


@pytest.fixture
async def watching(async_client, dial, viewer, camera, settle):
    """A page of the viewer that shows the camera; it came long ago."""
    await async_client.aforce_login(viewer)
    socket = await dial("/ws/watch/", async_client)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await settle()
    database.memory.forget()
    return socket


async def test_who_watches_goes_on(watching, node, camera):
    with database_away():
        await node.apply(Change(ChangeKind.ACCESS))
        assert any(camera.pk in each.cameras for each in node.hub._viewers)


async def test_who_was_asked_about_a_moment_ago_comes_back(watching, node, async_client, dial):
    await node.apply(Change(ChangeKind.ACCESS))
    with database_away():
        again = await dial("/ws/watch/", async_client)
        await again.say("subscribe", cameras=["front-door"])
        assert (await again.hear("state"))["camera"] == "front-door"


async def test_a_program_comes_back_by_the_token_it_had(settle, dial, viewer, camera):
    _, secret = await sync_to_async(ApiToken.issue)(user=viewer, name="Wall")

    async def come():
        socket = await dial("/ws/watch/")
        await socket.say("authenticate", token=secret)
        assert (await socket.hear("welcome"))["name"] == "vera"
        await socket.say("subscribe", cameras=["front-door"])
        assert (await socket.hear("state"))["camera"] == "front-door"

    await come()
    await settle()
    await come()
    with database_away():
        await come()


async def test_who_is_not_known_is_told_to_come_later(async_client, stranger, dial):
    await async_client.aforce_login(stranger)
    with database_away():
        socket = await dial("/ws/watch/", async_client)
        assert await socket.close_code() == CloseCode.TRY_AGAIN_LATER


async def test_an_announced_change_ends_what_is_remembered(watching, node, async_client, dial):
    await node.apply(Change(ChangeKind.ACCESS))
    with database_away():
        await node.backplane.bus.announce(Change(ChangeKind.ACCESS))
        await until(lambda: not database.memory._answers)
        stranger = await dial("/ws/watch/", async_client)
        assert await stranger.close_code() == CloseCode.TRY_AGAIN_LATER
