"""How publications end, and what of them stays."""

from __future__ import annotations

import asyncio
import time

import pytest
from channels.db import database_sync_to_async

from cameras.models import Camera, CaptureSession, Grant, PublishKey, Role
from streaming.backplane.announce import announce
from streaming.domain.liveness import State
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change
from streaming.publish import publication
from tests.streaming.publish.conditions import has_ended, is_free, is_in, is_off, is_seen
from tests.streaming.waiting import DARK_WITHIN_S, LOST_WITHIN_S, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("brisk")]


# Ends


async def test_a_machine_that_slept_loses_no_camera(impatient, beating, ingest):
    # Longer than a publish socket may be gone.
    time.sleep(2)  # noqa: ASYNC251
    await asyncio.sleep(0.3)
    assert len(ingest.registry) == 1


async def test_a_camera_that_stops_is_off_and_recorded(ingest, filming, store, camera):
    for _ in range(2):
        filming.film()
    while (await filming.told("received"))["frames"] < 2:
        pass
    await filming.socket.say("bye")
    assert await filming.ended() == "stopped"
    await until(lambda: has_ended(filming.session, "stopped"))
    await until(lambda: is_off(store, camera, "stopped"))
    await until(lambda: is_free(store, camera))
    assert not ingest.registry
    assert (await CaptureSession.objects.aget()).frames == 2


@pytest.fixture
def logged(caplog):
    caplog.set_level("INFO", "streaming.publish.registry")
    return caplog


async def test_the_log_says_who_publishes_and_from_where(logged, filming):
    said = [record.getMessage() for record in logged.get_records("setup")]
    assert any(line.endswith("olga publishes from 192.0.2.7") for line in said)


async def test_a_camera_that_stops_and_closes_at_once_has_stopped(filming):
    await filming.socket.say("bye")
    await filming.close()
    await until(lambda: has_ended(filming.session, "stopped"))


async def test_a_peer_that_closes_without_a_word_has_failed(filming):
    await filming.close()
    assert await filming.ended() == "peer_failed"
    await until(lambda: has_ended(filming.session, "peer_failed"))


async def test_a_camera_without_power_is_lost_and_then_given_up(
    monkeypatch, filming, store, camera
):
    filming.film()
    await until(lambda: is_in(State.LIVE, store, camera))
    filming.camera.vanish()
    await until(lambda: is_in(State.LOST, store, camera), LOST_WITHIN_S)
    [live] = await store.live([camera.pk])
    # Since its last sign of life.
    assert live.since <= live.last_seen - 1900
    assert (live.reason, live.publisher) == ("", "olga")
    monkeypatch.setattr(publication, "GIVEN_UP_AFTER_S", 2.5)
    assert await filming.ended() == "lost"
    await until(lambda: has_ended(filming.session, "lost"))


async def test_an_operator_disconnects_a_camera(filming, camera):
    await asyncio.to_thread(announce, Change(ChangeKind.DISCONNECT, camera.pk))
    assert await filming.ended() == "disconnected"
    await until(lambda: has_ended(filming.session, "disconnected"))


async def test_nobody_else_is_disconnected(filming, owner, watching):
    garden = await Camera.objects.acreate(name="Garden", owner=owner)
    await asyncio.to_thread(announce, Change(ChangeKind.DISCONNECT, garden.pk))
    await until(lambda: is_seen(watching, filming))
    assert await filming.socket.heard() == []


# Rights that end


async def is_turned_off(phone, why):
    [*_, ended] = await phone.socket.hear_until(
        lambda said: said["type"] == "ended", within_s=DARK_WITHIN_S
    )
    await until(lambda: has_ended(phone.session, "not_allowed"))
    return (ended["reason"], ended["why"]) == ("not_allowed", why)


async def test_a_revoked_key_ends_its_session(phone, key):
    filming = await phone(key=key)
    await filming.offer()
    await filming.connect()
    await database_sync_to_async(lambda: PublishKey.objects.get().revoke())()
    assert await is_turned_off(filming, "revoked")


async def test_a_disabled_camera_ends_its_session(filming, camera):
    camera.enabled = False
    await camera.asave()
    assert await is_turned_off(filming, "disabled")


async def test_a_withdrawn_grant_ends_its_session(phone, camera, stranger):
    await Grant.objects.acreate(camera=camera, user=stranger, role=Role.PUBLISH)
    filming = await phone(stranger)
    await filming.offer()
    await filming.connect()
    await Grant.objects.all().adelete()
    assert await is_turned_off(filming, "withdrawn")


async def test_signing_out_ends_the_session_of_the_page(phone, async_client, owner):
    await async_client.aforce_login(owner)
    filming = await phone(async_client)
    await filming.offer()
    await filming.connect()
    await async_client.alogout()
    assert await is_turned_off(filming, "signed_out")


async def test_a_device_with_a_key_depends_on_nobodys_sign_in(
    phone, async_client, owner, key, rechecks_often
):
    await async_client.aforce_login(owner)
    filming = await phone(async_client, key=key)
    await filming.offer()
    await filming.connect()
    await async_client.alogout()
    # All rights are asked again meanwhile.
    await asyncio.sleep(1)
    assert [said for said in await filming.socket.heard() if said["type"] == "ended"] == []


async def test_rights_are_asked_again_whatever_was_announced(rechecks_often, filming):
    # Says nothing to anybody.
    await Camera.objects.aupdate(enabled=False)
    await until(lambda: has_ended(filming.session, "not_allowed"))


async def test_a_right_that_ended_before_the_offer_is_asked_for(phone, key):
    late = await phone(key=key)
    await PublishKey.objects.aupdate(revoked="2026-01-01T00:00Z")
    await late.offer()
    await late.socket.is_refused("not_allowed")
    assert await late.socket.close_code() == 4403
