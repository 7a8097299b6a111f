"""Cameras that take each other over, and sessions that go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cameras.models import CaptureSession
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change
from streaming.publish import admission, publication
from tests.streaming.publish.conditions import has_ended, is_seen
from tests.streaming.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


async def test_who_is_taken_over_is_told(filming, phone, key, watching, store, camera):
    second = await phone(key=key)
    await second.offer(take_over=True)
    await second.connect()
    assert await filming.ended() == "taken_over"
    assert second.session > filming.session
    await until(lambda: has_ended(filming.session, "taken_over"))
    await until(lambda: is_seen(watching, second))
    assert (await store.holder(camera.pk)).publisher == "Hall phone"


async def test_a_publisher_that_lost_its_lease_to_another_process_is_taken_over(
    filming, store, camera
):
    other = await elsewhere(store, camera, session=99)
    assert await filming.ended() == "taken_over"
    assert await store.holder(camera.pk) == other


async def test_it_hears_of_it_on_the_bus_before_it_asks(monkeypatch, filming, bus, store, camera):
    monkeypatch.setattr(publication, "_TICKS_PER_REPORT", 1_000_000)
    await elsewhere(store, camera, session=99)
    await bus.announce(Change(ChangeKind.TAKEN_OVER, camera.pk))
    assert await filming.ended() == "taken_over"


async def elsewhere(store, camera, session):
    """Another process lets somebody else publish; its lease."""
    lease = replace(await store.holder(camera.pk), peer="elsewhere", session=session)
    await store.claim(camera.pk, lease, take_over=True)
    return lease


async def test_old_news_of_a_take_over_ends_nobody(ingest, filming, bus, camera, watching):
    for _ in range(3):
        await bus.announce(Change(ChangeKind.TAKEN_OVER, camera.pk))
    await until(lambda: is_seen(watching, filming))
    assert await filming.socket.heard() == []
    assert len(ingest.registry) == 1


async def test_a_camera_comes_back_as_the_same_session(filming, phone, owner, watching):
    for _ in range(3):
        filming.film()
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    answer = await again.connect()
    assert (answer["resumed"], answer["session"]) == (True, filming.session)
    again.sequence = filming.sequence
    await until(lambda: is_seen(watching, again))
    assert await CaptureSession.objects.acount() == 1
    assert (await CaptureSession.objects.aget()).ended is None


async def test_the_former_peer_of_a_session_ends_without_a_word(ingest, filming, phone, owner):
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    await again.connect()
    await until(lambda: len(ingest.registry) == 1)
    assert not any(said["type"] == "ended" for said in await filming.socket.heard())
    assert [each.lease.session for each in ingest.registry] == [filming.session]


async def test_a_session_goes_on_in_another_process_without_a_word(ingest, filming, store, camera):
    await elsewhere(store, camera, session=filming.session)
    await until(lambda: not ingest.registry)
    assert await filming.socket.heard() == []
    assert (await CaptureSession.objects.aget()).ended is None


async def test_a_resumed_session_counts_on(filming, phone, owner):
    for _ in range(3):
        filming.film()
    while (await filming.told("received"))["frames"] < 3:
        pass
    await filming.close()
    await until(lambda: has_ended(filming.session, "peer_failed"))
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    await again.connect()
    assert (await again.told("received"))["frames"] == 3


async def test_a_key_comes_back_to_its_session(phone, key):
    first = await phone(key=key)
    await first.offer()
    await first.connect()
    again = await phone(key=key)
    await again.offer(resume=first.resume)
    assert (await again.connect())["resumed"] is True


async def test_who_comes_back_too_late_begins_anew(monkeypatch, filming, phone, owner):
    monkeypatch.setattr(admission, "RESUME_WITHIN_S", 0.0)
    await filming.close()
    await until(lambda: has_ended(filming.session, "peer_failed"))
    again = await phone(owner)
    await again.offer(resume=filming.resume)
    answer = await again.connect()
    assert answer["resumed"] is False
    assert answer["session"] > filming.session


async def test_the_token_of_somebody_else_resumes_nothing(filming, phone, key):
    thief = await phone(key=key)
    await thief.offer(resume=filming.resume)
    assert (await thief.socket.is_refused("camera_busy"))["publisher"] == "olga"
