from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from cameras.models import Camera, CaptureSession
from tests.streaming.conftest import running_ingest
from tests.streaming.phone import Phone
from tests.streaming.publish.conditions import has_ended, is_free, is_off
from tests.streaming.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_a_process_that_stops_ends_its_sessions(valkey, dial, camera, owner, store):
    async with running_ingest():
        filming = await published(dial, owner)
    assert await filming.ended() == "server_stopped"
    assert await has_ended(filming.session, "server_stopped")
    assert await is_off(store, camera, "server_stopped")
    await until(lambda: is_free(store, camera))
    await filming.close()


async def test_a_session_goes_on_with_the_next_process(valkey, dial, camera, owner):
    async with running_ingest():
        filming = await published(dial, owner)
    async with running_ingest():
        again = await published(dial, owner, resume=filming.resume)
        assert again.session == filming.session
    for phone in filming, again:
        await phone.close()


async def published(dial, who, slug="front-door", **fields):
    phone = Phone(await dial(f"/ws/publish/{slug}/", who))
    await phone.authenticate()
    await phone.offer(**fields)
    await phone.connect()
    return phone


async def test_a_process_that_stops_does_not_wait_for_a_frozen_redis(valkey, dial, camera, owner):
    async with AsyncExitStack() as running:
        await running.enter_async_context(running_ingest())
        filming = await published(dial, owner)
        with valkey.frozen():
            stopping = asyncio.create_task(running.aclose())
            # Less than the server is let be silent.
            await until(lambda: has_ended(filming.session, "server_stopped"), within_s=3.5)
        await stopping
    await filming.close()


async def test_two_processes_share_the_offers(ingest, dial, owner):
    slugs = [f"camera-{number}" for number in range(4)]
    for slug in slugs:
        await Camera.objects.acreate(name=slug, owner=owner)
    async with running_ingest() as other:
        phones = [await published(dial, owner, slug) for slug in slugs]
        assert len(ingest.registry) + len(other.registry) == 4
        assert ingest.registry
        assert other.registry
        for phone in phones:
            await phone.close()


async def test_sessions_that_a_crash_left_open_are_closed(valkey, camera):
    left = await CaptureSession.objects.acreate(
        camera=camera, transport="webrtc", last_seen=timezone.now() - timedelta(minutes=2)
    )
    async with running_ingest():
        await until(lambda: has_ended(left.pk, "server_stopped"))


async def test_a_process_negotiates_with_so_many_at_once(ingest, phone, owner, monkeypatch):
    await Camera.objects.acreate(name="Garden", owner=owner)
    with override_settings(SKYSENTRY={"NEGOTIATIONS": 1}):
        first = await phone(owner)
        await first.offer()
        answer = await first.socket.hear("answer")
        second = await phone(owner, slug="garden")
        await second.offer()
        assert (await second.socket.is_refused("busy"))["retry_after_s"] > 0
        assert await second.socket.close_code() == 1013
        assert ingest.refusals.total["negotiations"] == 1
        await first.camera.accept(answer["sdp"])
        await first.camera.opened()
        again = await phone(owner, slug="garden")
        await again.offer()
        await again.connect()
