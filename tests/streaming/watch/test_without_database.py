"""Viewers go on without the database, and may come back for a while."""

from __future__ import annotations

import pytest

from cameras import database
from streaming.protocol.enums import ChangeKind, CloseCode
from streaming.protocol.notices import Change
from tests.outage import database_away
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def watching(async_client, dial, viewer, camera):
    """A page of the viewer that shows the camera; it came long ago."""
    await async_client.aforce_login(viewer)
    socket = await dial("/ws/watch/", async_client)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
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
