"""Cameras go on without the database; what it could not take is written later."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from msgspec.structs import replace

from cameras import sessions
from cameras.models import CaptureSession
from streaming.protocol.enums import ChangeKind, EndReason, PublishErrorCode
from streaming.protocol.notices import Change
from streaming.publish.admission import Refused
from tests.outage import database_away, disk_full
from tests.streaming.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("records_often")]


async def record_of(publication):
    return await CaptureSession.objects.aget(pk=publication.lease.session)


async def has_ended(publication):
    return (await record_of(publication)).ended is not None


async def is_open(publication):
    return not await has_ended(publication)


async def test_an_end_is_written_later_with_its_time(begin, node):
    publication = await begin()
    with disk_full():
        publication.end(EndReason.STOPPED)
        await until(lambda: node.registry._unwritten)
        assert await is_open(publication)
        ended_by = timezone.now()
    await until(lambda: has_ended(publication))
    record = await record_of(publication)
    assert record.end_reason == EndReason.STOPPED
    assert record.ended <= ended_by
    await until(lambda: not node.registry._unwritten)


async def test_the_end_of_a_session_that_goes_on_is_not_written_later(begin, node, monkeypatch):
    publication = await begin()

    async def holder(_camera_id):
        # In another process, say.
        return dataclasses.replace(publication.lease, peer="second")

    monkeypatch.setattr(node.registry._store, "holder", holder)
    with disk_full():
        publication.end(EndReason.STOPPED)
        await until(lambda: node.registry._unwritten)
    await until(lambda: not node.registry._unwritten)
    assert await is_open(publication)


async def test_a_camera_resumes_its_session_on_a_full_disk(begin, claim):
    first = await begin()
    first.end(EndReason.LOST)
    await until(lambda: has_ended(first))
    with disk_full():
        again = await begin(replace(claim, peer="second", resume=first.lease.session))
        assert again.lease.session == first.lease.session
    await until(lambda: is_open(again))
    assert (await record_of(again)).end_reason == ""


async def test_a_new_camera_needs_the_database(begin, node):
    with disk_full(), pytest.raises(Exception, match="full"):
        await begin()
    assert not node.registry
    assert await begin()


async def test_a_session_that_was_closed_for_lack_of_news_is_open_again(begin):
    publication = await begin()
    await CaptureSession.objects.aupdate(last_seen=timezone.now() - timedelta(minutes=2))
    await CaptureSession.objects.filter(ended=None).aupdate(
        ended=timezone.now(), end_reason=EndReason.SERVER_STOPPED
    )
    await until(lambda: is_open(publication))


async def test_who_publishes_goes_on_while_rights_cannot_be_asked(begin, node):
    publication = await begin()
    with database_away():
        await node.registry.apply(Change(ChangeKind.ACCESS))
        assert not publication.has_ended


async def test_a_camera_that_was_deleted_meanwhile_is_refused(begin, node, monkeypatch):
    def open_session(*_, **__):
        raise IntegrityError("FOREIGN KEY constraint failed")

    monkeypatch.setattr(sessions, "open_session", open_session)
    with pytest.raises(Refused) as refusal:
        await begin()
    assert refusal.value.code is PublishErrorCode.NOT_ALLOWED
    assert not node.registry
