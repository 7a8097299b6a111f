from __future__ import annotations

import asyncio
import base64

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from cameras.models import ApiToken, Camera
from streaming.backplane.live_state import LiveState
from streaming.domain.liveness import State
from streaming.watch import memory
from tests.streaming.frames import PICTURE, frame
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

STREAM = "/api/cameras/front-door/stream.mjpg"
LATEST = "/api/cameras/front-door/latest.jpg"


@pytest.fixture
def api():
    return AsyncClient()


@pytest.fixture(autouse=True)
def readers(hub):
    """Who reads single pictures, in this process."""
    return hub.readers


@pytest.fixture
async def live(camera, writer, hub):
    """The camera sends a picture just now."""
    writer.live(camera.pk, LiveState(state=State.LIVE, session=7), publishing=True)
    writer.image(camera.pk, frame(7, 1), hub.now_ms())
    await writer.flush()
    return camera


async def first_picture(response):
    assert response.status_code == 200
    body = aiter(response.streaming_content)
    try:
        assert await anext(body) == b"--frame\r\n"
        return await anext(body)
    finally:
        await body.aclose()


@pytest.mark.parametrize("who", ["owner", "viewer", "superuser"])
async def test_who_may_watch_gets_the_newest_picture_at_once(api, live, people, who):
    await api.aforce_login(people[who])
    response = await api.get(STREAM)
    assert response["Content-Type"] == "multipart/x-mixed-replace; boundary=frame"
    assert response["Cache-Control"] == "no-store"
    assert PICTURE in await first_picture(response)


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
async def test_a_token_will_do_also_as_a_password(api, live, viewer, scheme):
    _, secret = await _issue(viewer)
    given = secret if scheme == "Bearer" else base64.b64encode(f"any:{secret}".encode()).decode()
    response = await api.get(STREAM, headers={"Authorization": f"{scheme} {given}"})
    assert PICTURE in await first_picture(response)


async def test_a_revoked_token_ends_its_stream(api, live, viewer):
    token, secret = await _issue(viewer)
    response = await api.get(STREAM, headers={"Authorization": f"Bearer {secret}"})
    body = aiter(response.streaming_content)
    await anext(body)
    await anext(body)
    await _revoke(token)
    assert [part async for part in body] == []


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
async def test_a_wrong_token_is_refused(api, live, scheme):
    wrong = f"{ApiToken.PREFIX}wrong"
    given = wrong if scheme == "Bearer" else base64.b64encode(f"any:{wrong}".encode()).decode()
    response = await api.get(STREAM, headers={"Authorization": f"{scheme} {given}"})
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("given", ["bm9uc2Vuc2U=", "dmVyYTpzZWNyZXQ=", "%%%"])
async def test_the_password_of_a_proxy_before_it_is_none_of_its_own(api, live, viewer, given):
    await api.aforce_login(viewer)
    response = await api.get(STREAM, headers={"Authorization": f"Basic {given}"})
    assert PICTURE in await first_picture(response)


async def test_a_password_changes_nothing(api, live, owner):
    _, secret = await _issue(owner)
    given = base64.b64encode(f"any:{secret}".encode()).decode()
    response = await api.delete(
        "/api/cameras/front-door/", headers={"Authorization": f"Basic {given}"}
    )
    assert response.status_code in (401, 403)


async def test_others_are_told_that_there_is_no_such_camera(api, live, stranger):
    await api.aforce_login(stranger)
    for address in STREAM, LATEST:
        response = await api.get(address)
        assert response.status_code == 404
        assert "WWW-Authenticate" not in response


@pytest.mark.parametrize("address", [STREAM, LATEST])
@pytest.mark.parametrize("method", ["get", "head"])
async def test_a_program_that_says_nothing_is_asked_for_its_token(api, live, address, method):
    ask = getattr(api, method)
    private = await ask(address)
    missing = await ask(address.replace("front-door", "nobodys-va"))
    assert private.status_code == missing.status_code == 401
    assert private["WWW-Authenticate"] == 'Basic realm="SkySentry", charset="UTF-8"'
    # Nothing but the address tells them apart.
    assert private.content == missing.content.replace(b"nobodys-va", b"front-door")
    assert private.headers == missing.headers


@pytest.mark.parametrize("address", [STREAM, LATEST])
async def test_a_page_of_this_server_makes_no_browser_ask_for_a_password(api, live, address):
    response = await api.get(address, headers={"Referer": "http://testserver/"})
    assert response.status_code == 404
    assert "WWW-Authenticate" not in response
    elsewhere = await api.get(address, headers={"Referer": "http://testserver.evil.example/"})
    assert elsewhere.status_code == 401


async def test_visitors_see_public_cameras(api, live):
    await Camera.objects.aupdate(visibility="public")
    assert PICTURE in await first_picture(await api.get(STREAM))


async def test_nobody_watches_a_disabled_camera(api, live, owner):
    await Camera.objects.aupdate(enabled=False)
    await api.aforce_login(owner)
    assert (await api.get(STREAM)).status_code == 404


async def test_a_camera_that_sends_nothing_is_not_waited_for(api, camera, owner):
    await camera.sessions.acreate(transport="webrtc")
    await api.aforce_login(owner)
    response = await api.get(STREAM)
    assert response.status_code == 503
    assert response["Retry-After"]


async def test_there_is_room_for_so_many(api, live, owner, hub, node, settings):
    settings.SKYSENTRY = {"STREAMS": 1}
    await api.aforce_login(owner)
    response = await api.get(STREAM)
    body = aiter(response.streaming_content)
    await anext(body)
    refused = await api.get(STREAM)
    assert refused.status_code == 503
    assert refused["Retry-After"]
    assert node.refusals.total["streams"] == 1
    # As Django does when the client has gone.
    await asyncio.to_thread(response.close)
    await until(lambda: not hub._viewers)
    assert PICTURE in await first_picture(await api.get(STREAM))


async def test_a_camera_that_too_many_watch_streams_no_more(
    api, live, owner, camera, dial, node, settings
):
    settings.SKYSENTRY = {"VIEWERS_PER_CAMERA": 1}
    socket = await dial("/ws/watch/", owner)
    await socket.say("subscribe", cameras=["front-door"])
    await socket.hear("state")
    await api.aforce_login(owner)
    assert (await api.get(STREAM)).status_code == 503
    assert node.refusals.total["viewers_per_camera"] == 1


async def test_nobody_takes_all_the_room(api, live, owner, viewer, node, settings):
    settings.SKYSENTRY = {"STREAMS_PER_READER": 1}
    await api.aforce_login(owner)
    response = await api.get(STREAM)
    assert (await api.get(STREAM)).status_code == 503
    assert node.refusals.total["streams_per_reader"] == 1
    await api.aforce_login(viewer)
    assert PICTURE in await first_picture(await api.get(STREAM))
    await asyncio.to_thread(response.close)


async def test_a_stream_that_was_never_begun_leaves_its_place(api, live, owner, settings):
    settings.SKYSENTRY = {"STREAMS": 1}
    await api.aforce_login(owner)
    for _attempt in range(3):
        response = await api.get(STREAM)
        assert response.status_code == 200
        await asyncio.to_thread(response.close)


async def test_a_question_for_the_head_begins_no_stream(api, live, owner, hub):
    await api.aforce_login(owner)
    response = await api.head(STREAM)
    assert response.status_code == 200
    assert not response.streaming
    assert not hub._viewers


# Single pictures, read often


async def test_who_reads_single_pictures_often_wants_more_of_them(
    api, live, owner, hub, camera, readers
):
    await api.aforce_login(owner)
    for _ in range(3):
        assert (await api.get(LATEST)).status_code == 200
    assert readers.wanted() == {camera.pk}
    await until(lambda: hub._read == {camera.pk})


async def test_who_reads_them_now_and_then_does_not(api, live, owner, viewer, readers):
    for who in owner, viewer:
        await api.aforce_login(who)
        for _ in range(2):
            await api.get(LATEST)
    assert readers.wanted() == set()


async def test_who_reads_no_more_wants_nothing(api, live, owner, readers, monkeypatch):
    await api.aforce_login(owner)
    for _ in range(3):
        await api.get(LATEST)
    monkeypatch.setattr(memory, "_WANTS_FOR_S", 0.0)
    assert readers.wanted() == set()
    assert not readers._reads


async def _issue(user):
    return await sync_to_async(ApiToken.issue)(user=user, name="Home")


async def _revoke(token):
    await sync_to_async(token.revoke)()
