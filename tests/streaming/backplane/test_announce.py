from __future__ import annotations

import asyncio
import logging
import time

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import User

from cameras.models import Grant, PublishKey, Role
from streaming.backplane.announce import announce
from streaming.backplane.connection import TIMEOUT_S
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change
from tests.streaming.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_disabled_camera_is_told_to_every_process(camera, heard):
    camera.enabled = False
    await camera.asave()
    await until(lambda: heard == [Change(ChangeKind.ACCESS, camera.pk)])


async def test_a_revoked_key_is_told_to_every_process(camera, heard):
    key, _ = await database_sync_to_async(PublishKey.issue)(camera=camera, name="Hall phone")
    await until(lambda: len(heard) == 1)
    await database_sync_to_async(key.revoke)()
    await until(lambda: heard[1:] == [Change(ChangeKind.ACCESS, camera.pk)])


async def test_a_withdrawn_grant_is_told_with_its_person(camera, viewer, heard):
    await Grant.objects.filter(user=viewer, role=Role.WATCH).adelete()
    await until(lambda: heard == [Change(ChangeKind.ACCESS, camera.pk, viewer.pk)])


async def test_a_sign_out_is_told_with_its_person(owner, async_client, heard):
    await async_client.aforce_login(owner)
    await async_client.alogout()
    await until(lambda: heard == [Change(ChangeKind.ACCESS, None, owner.pk)])


async def test_a_change_announced_by_synchronous_code_is_heard(camera, heard):
    await asyncio.to_thread(announce, Change(ChangeKind.DISCONNECT, camera.pk))
    await until(lambda: heard == [Change(ChangeKind.DISCONNECT, camera.pk)])


def test_a_change_is_made_though_redis_is_away(owner, valkey, caplog, settings):
    settings.REDIS_URL = "redis://127.0.0.1:6379"
    valkey.stop()
    owner.is_active = False
    owner.save()
    assert not User.objects.get(pk=owner.pk).is_active
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert f"user_id={owner.pk}" in record.getMessage()


def test_nobody_waits_long_for_a_frozen_redis(valkey, caplog, settings):
    settings.REDIS_URL = "redis://127.0.0.1:6379"
    with valkey.frozen():
        began = time.monotonic()
        announce(Change(ChangeKind.ACCESS))
        assert time.monotonic() - began < 3 * TIMEOUT_S
    assert "not told" in caplog.text


def test_a_command_beside_serve_doesnt_warn_of_the_redis_it_cant_know(valkey, caplog, settings):
    settings.REDIS_URL = ""
    valkey.stop()
    assert not announce(Change(ChangeKind.ACCESS))
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
