"""What the audit log has of those who watch by a socket or read pictures, and of those refused."""

from __future__ import annotations

import time

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import AsyncClient

from cameras import devices
from cameras.models import AuditEvent, AuditKind, Camera, PublishKey
from streaming import audit as trail
from tests.streaming.frames import frame
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = "/ws/watch/"
#: Three times the 2 s promised.
DARK_WITHIN_S = 6.0


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(trail, "WRITE_EVERY_S", 0.05)


async def rows(kind):
    found = AuditEvent.objects.filter(kind=kind).select_related("camera")
    return [row async for row in found.order_by("pk")]


async def recorded(kind, count=1, **wanted):
    async def there():
        found = await rows(kind)
        return len(found) == count and all(
            getattr(row, name) == value for row in found for name, value in wanted.items()
        )

    await until(there)
    return await rows(kind)


async def test_a_viewer_of_the_socket_is_one_visit(dial, viewer, camera, node):
    socket = await dial(WATCH, viewer)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    [visit] = await recorded(AuditKind.WATCHED)
    assert (visit.actor, visit.address, visit.camera) == ("vera", "192.0.2.7", camera)
    assert (visit.process, visit.is_open) == (node.id, True)
    await socket.say("unsubscribe", cameras=["front-door"])

    async def over():
        [visit] = await rows(AuditKind.WATCHED)
        return not visit.is_open

    await until(over)


async def test_whoever_may_not_watch_is_on_record_and_nobody_for_what_is_not_there(
    dial, stranger, camera
):
    socket = await dial(WATCH, stranger)
    await socket.say("subscribe", cameras=["front-door", "nowhere"])
    [refused] = await recorded(AuditKind.REFUSED)
    assert (refused.actor, refused.camera, refused.details) == ("sam", camera, {"what": "watch"})


async def test_a_wrong_key_is_on_record(dial, camera, node):
    socket = await dial("/ws/publish/front-door/")
    await socket.say("authenticate", key="sspk_wrong")
    await socket.is_refused("not_allowed")
    [refused] = await recorded(AuditKind.REFUSED)
    assert (refused.actor_kind, refused.address) == ("visitor", "192.0.2.7")
    assert refused.details == {"what": "publish"}


async def test_a_page_that_is_refused_is_on_record(viewer, camera, node):
    client = AsyncClient()
    await client.aforce_login(viewer)
    response = await client.get("/cameras/front-door/settings/")
    assert response.status_code == 404
    [refused] = await recorded(AuditKind.REFUSED)
    assert (refused.actor, refused.details) == ("vera", {"what": "manage"})


async def test_a_program_that_reads_pictures_is_a_visit(camera, owner, show, node):
    await Camera.objects.aupdate(visibility="public")
    await sync_to_async(show)(camera, frame(7, 1), session=7)
    response = await AsyncClient().get(
        "/api/cameras/front-door/latest.jpg", REMOTE_ADDR="192.0.2.9"
    )
    assert response.status_code == 200
    [visit] = await recorded(AuditKind.WATCHED)
    assert (visit.actor_kind, visit.camera) == ("visitor", camera)


@pytest.mark.usefixtures("devices_noted")
async def test_a_device_that_is_signed_out_goes_dark(dial, owner, camera, node):
    client = AsyncClient()
    await client.aforce_login(owner)
    await client.get("/account/")
    socket = await dial(WATCH, client)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    began_s = time.monotonic()
    await sync_to_async(lambda: devices.sign_out(devices.of(owner)))()
    await socket.hear_until(lambda said: said.get("code") == "not_allowed", within_s=DARK_WITHIN_S)
    assert time.monotonic() - began_s < DARK_WITHIN_S
    assert settings.SESSION_COOKIE_NAME in client.cookies


async def test_a_camera_hears_no_names(dial, viewer, camera, owner, node):
    socket = await dial(WATCH, viewer)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    _key, secret = await sync_to_async(PublishKey.issue)(
        camera=camera, name="Phone", created_by=owner
    )
    phone = await dial("/ws/publish/front-door/")
    await phone.say("authenticate", key=secret)
    assert "vera" not in str(await phone.hear("welcome"))
