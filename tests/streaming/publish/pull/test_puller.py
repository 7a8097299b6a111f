"""From an IP camera to a viewer's socket, through the process that connects to it."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from functools import partial

import pytest
from channels.db import database_sync_to_async
from PIL import Image

from cameras.models import Camera, CaptureSession, Source
from streaming.backplane.store import SourceState, store
from streaming.domain import wire
from streaming.domain.liveness import State
from tests.streaming.publish.pull import rtsp_server
from tests.streaming.publish.pull.conftest import make_source, pulling
from tests.streaming.publish.pull.http_server import counting, head, number_of, serving
from tests.streaming.waiting import DARK_WITHIN_S, LOST_WITHIN_S, end, until

#: Three times what is promised.
TAKEN_OVER_WITHIN_S = 15.0

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live(store, camera):
    async def live():
        [state] = await store.live([camera.pk])
        return state

    return live


@pytest.fixture
def is_live(live):
    async def is_live():
        return (await live()).state is State.LIVE

    return is_live


def state_of(camera) -> SourceState | None:
    return store().source(camera.pk)


async def has_problem(camera, code):
    state = await asyncio.to_thread(state_of, camera)
    return state is not None and state.problem == code


async def test_a_viewer_sees_its_pictures_in_order(pull, device, watching, camera, live):
    await database_sync_to_async(make_source)(camera, device.port)
    heard = await watching.hear_until(lambda said: isinstance(said, bytes) and said[1] == 2)
    heard += [await watching.receive_from(5) for _ in range(3)]
    frames = [wire.unpack(said) for said in heard if isinstance(said, bytes)]
    numbers = [number_of(bytes(each.payload)) for each in frames]
    assert numbers == sorted(set(numbers))
    state = await live()
    assert (state.transport, state.publisher) == ("http", "IP camera")
    assert (state.width, state.height) == (64, 48)


async def test_a_viewer_sees_the_video_of_an_rtsp_camera(pull, watching, camera, live):
    async with rtsp_server.camera() as device:
        address = f"rtsp://127.0.0.1:{device.port}/live"
        await Source.objects.acreate(camera=camera, address=address)
        await watching.say("subscribe", cameras=[camera.slug], video=["h264"])
        heard = await watching.hear_until(lambda said: isinstance(said, bytes) and said[1] == 3)
        heard += [await watching.receive_from(5) for _ in range(12)]
        state = await live()
    frames = [wire.unpack(said) for said in heard if isinstance(said, bytes)]
    assert frames[0].key
    assert {(each.codec.name, each.width, each.height) for each in frames} == {("h264", 160, 128)}
    assert (state.transport, state.publisher) == ("rtsp", "IP camera")


async def test_what_nobody_watches_is_a_still_a_second(pull, device, camera, is_live, live):
    await database_sync_to_async(make_source)(camera, device.port)
    await until(is_live)
    before = (await live()).frames
    await asyncio.sleep(2.0)
    assert (await live()).frames - before <= 3
    assert await is_live()


async def test_it_connects_again_and_the_session_goes_on(pull, camera, is_live, live):
    async def for_a_while(request, writer):
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await counting(request, writer)

    async with serving(for_a_while) as device:
        await database_sync_to_async(make_source)(camera, device.port)
        await until(lambda: len(device.requests) >= 3)
        await until(is_live)
    assert await CaptureSession.objects.acount() == 1


async def test_a_camera_that_loses_power_is_lost(pull, device, camera, is_live, live):
    await database_sync_to_async(make_source)(camera, device.port)
    await until(is_live)
    device.stop()
    device.answer = lambda *_: asyncio.sleep(5)

    async def is_lost():
        return (await live()).state is State.LOST

    await until(is_lost, LOST_WITHIN_S)


@pytest.mark.parametrize("what", ["disabled", "deleted", "camera disabled"])
async def test_a_source_that_is_no_more_goes_dark(pull, device, camera, is_live, live, what):
    source = await database_sync_to_async(make_source)(camera, device.port)
    await until(is_live)
    if what == "deleted":
        await source.adelete()
    elif what == "disabled":
        source.enabled = False
        await source.asave()
    else:
        camera.enabled = False
        await camera.asave()

    async def is_off():
        return (await live()).state is State.OFF

    await until(is_off, DARK_WITHIN_S)


async def test_what_is_wrong_is_said_without_its_secrets(pull, camera, caplog):
    async with serving(lambda *_: asyncio.sleep(0)) as device:
        source = await database_sync_to_async(make_source)(camera, device.port, user="olga")
        source.password = "t0p-s3cret"
        await source.asave()
        await until(lambda: has_problem(camera, "unreachable"))
    assert "source 127.0.0.1" in caplog.text
    assert "geheim" not in caplog.text
    assert "t0p-s3cret" not in caplog.text


async def test_it_connects_nowhere_that_is_not_named(pull, device, camera, settings):
    settings.SKYSENTRY = {}
    await database_sync_to_async(make_source)(camera, device.port)
    await until(lambda: has_problem(camera, "forbidden"))
    assert device.requests == []


async def test_a_person_who_films_is_left_alone(pull, device, filming, camera, live):
    await database_sync_to_async(make_source)(camera, device.port)

    async def is_busy():
        state = await asyncio.to_thread(state_of, camera)
        return state is not None and state.state == "busy"

    await until(is_busy)
    assert (await live()).publisher == "olga"
    assert device.requests == []


async def test_it_connects_only_while_somebody_watches(pull, device, camera, dial, owner, is_live):
    await database_sync_to_async(make_source)(camera, device.port, only_wanted=True)

    async def is_waiting():
        state = await asyncio.to_thread(state_of, camera)
        return state is not None and state.state == "waiting"

    await until(is_waiting)
    assert device.requests == []
    page = await dial("/ws/watch/", owner)
    await page.say("subscribe", cameras=["front-door"])
    await until(is_live)


async def test_the_camera_of_a_process_that_died_is_taken_over(
    valkey, device, camera, is_live, monkeypatch
):
    async with pulling() as (dying, running):
        await database_sync_to_async(make_source)(camera, device.port)
        await until(is_live)
        async with pulling() as (other, _):
            await asyncio.sleep(1.0)
            # As one that was killed: it gives nothing back.
            monkeypatch.setattr(dying._puller, "_let_all_go", partial(asyncio.sleep, 0))
            monkeypatch.setattr(dying.registry, "release", partial(asyncio.sleep, 0, False))
            before = len(device.requests)
            await end(running)
            await until(lambda: len(device.requests) > before, TAKEN_OVER_WITHIN_S)
            await until(is_live)
            assert len(other._puller) == 1


async def test_cameras_are_shared_out(pull, device, camera, owner):
    for number in range(3):
        each = await Camera.objects.acreate(name=f"Gate {number}", owner=owner)
        await database_sync_to_async(make_source)(each, device.port)
    await until(lambda: len(pull._puller) == 3)
    async with pulling() as (other, _):
        await until(lambda: len(other._puller) >= 1)
        await until(lambda: len(other._puller) + len(pull._puller) == 3)
    assert await Source.objects.acount() == 3


async def test_an_address_of_a_newer_release_is_left_alone(pull, device, camera, owner):
    other = await Camera.objects.acreate(name="Gate", owner=owner)
    await Source.objects.acreate(camera=other, address="moq://127.0.0.1/live")
    await database_sync_to_async(make_source)(camera, device.port)
    await until(lambda: len(pull._puller) == 1)


async def test_what_cannot_be_shown_is_said_and_opens_no_session(pull, camera):
    output = io.BytesIO()
    Image.new("L", (64, 48)).save(output, "JPEG", progressive=True)

    async def progressive(_request, writer):
        writer.write(head(Content_Type="image/jpeg") + output.getvalue())

    async with serving(progressive) as device:
        await database_sync_to_async(make_source)(camera, device.port)
        await until(lambda: has_problem(camera, "codec"))
    assert not await CaptureSession.objects.aexists()
