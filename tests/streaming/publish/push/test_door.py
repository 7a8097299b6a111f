"""Pictures that programs push, from their request to a viewer's socket."""

from __future__ import annotations

import asyncio
import json

import pytest
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.test import override_settings
from PIL import Image

from cameras.models import CaptureSession, PublishKey
from cameras.models.audit import AuditEvent
from streaming.domain import wire
from streaming.domain.liveness import State
from streaming.process.web import WebNode
from streaming.publish import publication
from streaming.routing import with_pushes
from tests.streaming.publish.push.conftest import PUSH, asked, jpeg, nobody_else, number_of
from tests.streaming.waiting import DARK_WITHIN_S, end, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(store, camera):
    async def live():
        [state] = await store.live([camera.pk])
        return state

    return live


@pytest.fixture
async def another(redis, db):
    """A second web process, which shares no channel layer with the first."""
    ours, channel_layers.backends = channel_layers.backends, {}
    node = WebNode()
    channel_layers.backends = ours
    running = node.start()
    await until(lambda: node.pushes._channel)
    yield node
    await end(running)


def sessions():
    return list(CaptureSession.objects.values_list("transport", "publisher", "end_reason"))


async def test_a_viewer_sees_the_pictures_in_order(push, watching, live):
    numbers = (10, 60, 110, 160)
    for number in numbers:
        assert (await push(jpeg(number)))["status"] == 202
        await asyncio.sleep(0.1)
    heard = [
        wire.unpack(said)
        for said in await watching.hear_until(
            lambda said: (
                isinstance(said, bytes) and abs(number_of(said[wire.HEADER.size :]) - 160) < 3
            )
        )
        if isinstance(said, bytes)
    ]
    shown = [round(number_of(bytes(frame.payload)), -1) for frame in heard]
    assert shown == sorted(shown)
    assert set(shown) <= set(numbers)
    assert ((await live()).transport, (await live()).publisher) == ("push", "Hall phone")


async def test_pictures_at_any_process_are_one_session(push_to, node, another, live):
    for process in (node, another, node):
        assert (await push_to(process, jpeg()))["status"] == 202
    # What nobody watches goes on once a second.
    await asyncio.sleep(1.1)
    assert (await push_to(another, jpeg()))["status"] == 202
    await until(lambda: _frames(live, 2))
    assert await database_sync_to_async(sessions)() == [("push", "Hall phone", "")]


async def _frames(live, least):
    return (await live()).frames >= least


async def test_a_program_that_says_so_ends_it_wherever_it_is_held(push_to, node, another, live):
    await push_to(node, jpeg())
    assert (await push_to(another, method="DELETE"))["status"] == 204
    await until(lambda: _is_off(live))
    await until(database_sync_to_async(lambda: sessions()[0][2] == "stopped"))


async def _is_off(live):
    return (await live()).state is State.OFF


async def test_one_that_falls_silent_is_lost_and_the_next_picture_begins_anew(
    push, live, monkeypatch
):
    monkeypatch.setattr(publication, "GIVEN_UP_AFTER_S", 0.5)
    await push(jpeg())
    await until(database_sync_to_async(lambda: sessions()[0][2] == "lost"))
    await push(jpeg())
    ended = database_sync_to_async(lambda: sorted(end for _, _, end in sessions()))
    assert await ended() == ["", "lost"]


async def test_a_picture_goes_on_without_where_it_was_taken(push, live, store, camera):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "the garden gate"
    assert (await push(jpeg(exif=exif)))["status"] == 202

    async def image():
        return await store.image(camera.pk)

    await until(image)
    assert b"garden" not in (await image()).message
    assert b"Exif" not in (await image()).message


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", (), 400),
        (b"GIF89a", (), 400),
        (jpeg()[:-40], (), 400),
        (jpeg(progressive=True), (), 415),
        (jpeg(), ((b"content-type", b"multipart/form-data; boundary=x"),), 415),
        (jpeg() + bytes(wire.MAX_MESSAGE_BYTES), (), 413),
        (jpeg(size=(wire.MAX_SIDE + 8, 8)), (), 413),
    ],
)
async def test_what_is_no_picture_opens_no_session(push, body, headers, status):
    answer = await push(body, headers=headers)
    assert answer["status"] == status
    assert json.loads(answer["body"])["status"] == status
    assert await database_sync_to_async(sessions)() == []


async def test_without_a_key_a_program_is_asked_for_one(push):
    answer = await push(jpeg(), key="")
    assert (answer["status"], dict(answer["headers"])[b"www-authenticate"]) == (401, b"Bearer")


async def test_a_key_of_nothing_here_is_refused_and_on_record(push, node, camera):
    answer = await push(jpeg(), key="sspk_made-up")
    assert answer["status"] == 403
    assert "opens no camera" in json.loads(answer["body"])["detail"]
    refused = database_sync_to_async(AuditEvent._base_manager.filter(kind="refused").exists)
    await until(refused)


@override_settings(SKYSENTRY={"API_REQUESTS_PER_ADDRESS": 2})
async def test_who_guesses_keys_has_to_wait(node):
    door = with_pushes(nobody_else, node)
    statuses = [(await asked(door, key="sspk_made-up"))["status"] for _ in range(3)]
    assert statuses == [403, 403, 429]


async def test_a_revoked_key_is_dark_within_two_seconds(push, camera, live):
    await push(jpeg())
    key = await database_sync_to_async(PublishKey.objects.get)()
    await database_sync_to_async(key.revoke)()

    async def is_refused():
        return (await push(jpeg()))["status"] == 403

    await until(is_refused, DARK_WITHIN_S)
    await until(lambda: _is_off(live))


async def test_a_camera_that_others_film_with_is_theirs_until_it_is_asked_for(push, begin):
    await begin()
    answer = await push(jpeg())
    assert answer["status"] == 409
    problem = json.loads(answer["body"])
    assert problem["type"] == "urn:skysentry:camera-busy"
    assert "olga" in problem["detail"]
    assert (await push(jpeg(), path=f"{PUSH}?take_over=true"))["status"] == 202


async def test_other_requests_and_methods_go_where_they_belong(push):
    assert (await push(path="/api/cameras/front-door/"))["status"] == 418
    assert (await push(method="GET"))["status"] == 405


async def test_while_redis_is_away_a_program_is_told_when_to_come_back(push, valkey):
    await asyncio.to_thread(valkey.stop)
    answer = await push(jpeg())
    assert answer["status"] == 503
    assert int(dict(answer["headers"])[b"retry-after"]) > 0
