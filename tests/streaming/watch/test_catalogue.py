"""What viewers hear of cameras besides those they watch: the list, and what comes back."""

from __future__ import annotations

import asyncio

import pytest

from cameras.models import Camera, CameraGroup, Grant, Role
from streaming.watch.catalogue import EVERY_S as CATALOGUE_EVERY_S
from tests.streaming.frames import frame
from tests.streaming.waiting import AGAIN_WITHIN_S, DARK_WITHIN_S, WITHIN_S, until
from tests.streaming.watch.viewing import WATCH, heard_by, is_kind, is_relayed, is_state

pytestmark = pytest.mark.django_db(transaction=True)


# Cameras that come back


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
    [*_, state] = await socket.hear_until(lambda said: is_kind(said, "state"), AGAIN_WITHIN_S)
    assert state["camera"] == address
    await until(lambda: is_relayed(hub, public))
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
    await socket.hear_until(lambda said: is_state(said, "off"), AGAIN_WITHIN_S)


async def test_a_camera_that_comes_back_has_the_terms_it_was_subscribed_by(dial, public, hub):
    socket = await dial(WATCH)
    await change(public, enabled=False)
    await socket.say("subscribe", cameras=["front-door"], rendition="still")
    await socket.is_refused("not_found")
    await change(public, enabled=True)
    await socket.hear_until(lambda said: is_kind(said, "state"), AGAIN_WITHIN_S)
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
    await socket.hear_until(lambda said: is_kind(said, "cameras"), AGAIN_WITHIN_S)
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
    said = await socket.hear("cameras")
    assert "group" not in said
    assert said["cameras"] == [
        {
            **{"id": str(camera.pk), "slug": "front-door", "name": "Front door"},
            **{"width": 1280, "height": 720, "frame_rate": 30},
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
    [*_, said] = await socket.hear_until(lambda said: is_kind(said, "cameras"), AGAIN_WITHIN_S)
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


async def test_a_group_is_followed_alone(dial, camera, owner, viewer):
    cellar = await Camera.objects.acreate(name="Cellar", owner=owner, visibility="signed-in")
    group = await CameraGroup.objects.acreate(name="Doors", owner=owner)
    await group.cameras.aadd(camera)
    socket = await dial(WATCH, viewer)
    await socket.say("follow", group="doors")
    assert await listed(socket) == ["Front door"]
    await group.cameras.aadd(cellar)
    assert await listed(socket) == ["Cellar", "Front door"]
    await camera.groups.aclear()
    assert await listed(socket) == ["Cellar"]
    await group.adelete()
    assert await listed(socket) == []


async def test_a_group_that_is_renamed_is_told(dial, camera, owner, viewer):
    group = await CameraGroup.objects.acreate(name="Doors", owner=owner)
    await group.cameras.aadd(camera)
    socket = await dial(WATCH, viewer)
    await socket.say("follow", group="doors")
    assert (await socket.hear("cameras"))["group"] == "Doors"
    await change(group, name="Gates")
    [*_, said] = await socket.hear_until(lambda said: is_kind(said, "cameras"), AGAIN_WITHIN_S)
    assert said["group"] == "Gates"


async def test_what_is_followed_may_change(dial, camera, owner):
    group = await CameraGroup.objects.acreate(name="Doors", owner=owner)
    socket = await dial(WATCH, owner)
    await socket.say("follow", group=group.slug)
    assert await listed(socket) == []
    await socket.say("follow")
    assert await listed(socket) == ["Front door"]


async def test_a_group_that_is_not_theirs_to_see_looks_empty(dial, camera, owner, stranger):
    group = await CameraGroup.objects.acreate(name="Doors", owner=owner)
    await group.cameras.aadd(camera)
    socket = await dial(WATCH, stranger)
    await socket.say("follow", group="doors")
    assert await listed(socket) == []


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
    # The camera's state may become known more exactly before.
    refusal = (await socket.hear_until(lambda said: said["type"] != "state"))[-1]
    assert refusal["code"] == "duplicate"
    hub.catalogue.changed()
    await asyncio.sleep(2 * CATALOGUE_EVERY_S)
    assert [said for said in await heard_by(socket) if said["camera"] != "front-door"] == []
