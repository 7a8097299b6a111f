"""Who watches by a share link, and how many at once."""

from __future__ import annotations

import uuid

import pytest
from asgiref.sync import sync_to_async

from cameras import shares
from cameras.models import Camera, Grant, Role, ShareLink
from streaming.backplane.connection import connect
from streaming.backplane.store import AsyncStore
from streaming.watch.link_places import LinkPlace, LinkPlaces
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

#: Three times the 2 s promised.
DARK_WITHIN_S = 6.0


@pytest.fixture
def link(camera, owner):
    return ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")[0]


@pytest.fixture
def enter(dial):
    """Opens the socket of a link as a browser that has opened it."""

    async def enter(link, who=None):
        cookie = f"{shares.SOCKET_COOKIE}={shares.cookie_value(link)}".encode()
        return await dial(f"/ws/shared/{link.pk}/", who, headers=[(b"cookie", cookie)])

    return enter


async def watches(socket):
    await socket.say("subscribe", cameras=["front-door"])
    return (await socket.hear("state"))["camera"]


def is_error(said):
    return not isinstance(said, bytes) and said["type"] == "error"


async def test_who_opened_a_link_watches_its_camera_and_no_other(enter, link, owner):
    await Camera.objects.acreate(name="Public", owner=owner, visibility="public")
    socket = await enter(link)
    assert await watches(socket) == "front-door"
    await socket.say("follow")
    [*_, listed] = await socket.hear_until(lambda said: said["type"] == "cameras")
    assert [each["slug"] for each in listed["cameras"]] == ["front-door"]
    await socket.say("subscribe", cameras=["public"])
    [*_, error] = await socket.hear_until(is_error)
    assert (error["code"], error["camera"]) == ("not_found", "public")


async def test_the_link_counts_and_not_who_has_signed_in(enter, link, stranger, hub):
    assert await watches(await enter(link, stranger)) == "front-door"
    [viewer] = hub._viewers
    assert viewer.name == "Neighbours"


async def test_without_its_cookie_a_link_lets_nobody_in(dial, link, owner, camera):
    socket = await dial(f"/ws/shared/{link.pk}/", owner)
    assert (await socket.is_refused("not_allowed"))["why"] == "link_ended"
    assert await socket.close_code() == 4403


async def test_who_came_by_a_link_is_nobody_else(enter, link):
    socket = await enter(link)
    await socket.say("authenticate", token="ssat_x")
    await socket.is_refused("bad_message")


async def test_a_revoked_link_goes_dark(enter, link):
    socket = await enter(link)
    await watches(socket)
    await sync_to_async(link.revoke)()
    [*_, error] = await socket.hear_until(is_error, DARK_WITHIN_S)
    if error["code"] == "not_found":
        [*_, error] = await socket.hear_until(is_error, DARK_WITHIN_S)
    assert (error["code"], error["why"]) == ("not_allowed", "link_ended")


async def test_a_link_goes_dark_when_its_maker_may_no_longer_manage(enter, camera, stranger):
    grant = await Grant.objects.acreate(camera=camera, user=stranger, role=Role.MANAGE)
    link, _ = await sync_to_async(ShareLink.issue)(camera=camera, created_by=stranger, name="Mine")
    socket = await enter(link)
    await watches(socket)
    await grant.adelete()
    await socket.hear_until(is_error, DARK_WITHIN_S)


async def test_as_many_watch_as_the_link_allows(enter, link, store, redis):
    await ShareLink.objects.aupdate(max_viewers=1)
    first = await enter(link)
    await watches(first)
    second = await enter(link)
    error = await second.is_refused("link_full")
    assert error["retry_after_s"] > 0
    assert await second.close_code() == 1013
    await first.disconnect()
    await until(lambda: _is_free(redis, link))
    assert await watches(await enter(link)) == "front-door"


async def _is_free(redis, link):
    return not await redis.zcard(f"link:{link.pk}")


async def test_places_are_counted_over_all_processes(store):
    link_id = uuid.uuid4()
    async with connect() as other:
        here, there = LinkPlaces(store), LinkPlaces(AsyncStore(other))
        mine = LinkPlace(link_id, most=1)
        assert await here.take(mine)
        assert await here.take(mine)
        assert not await there.take(LinkPlace(link_id, most=1))
        await here.free(mine)
        assert await there.take(LinkPlace(link_id, most=1))


async def test_a_place_of_a_process_that_died_is_free_after_a_moment(store, redis, monkeypatch):
    monkeypatch.setattr("streaming.backplane.store.LINK_PLACE_MS", 50)
    link_id = uuid.uuid4()
    assert await LinkPlaces(store).take(LinkPlace(link_id, most=1))

    async def is_free():
        return await store.take_place(link_id, "next", 1)

    await until(is_free)


async def test_without_redis_nobody_is_counted(store, valkey):
    valkey.stop()
    assert await LinkPlaces(store).take(LinkPlace(uuid.uuid4(), most=1))
