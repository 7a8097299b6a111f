from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from cameras import audit
from cameras.audit import Who
from cameras.identity import Identity
from cameras.models import AuditEvent, AuditKind, Role
from streaming import audit as trail_module
from streaming.audit import AuditTrail
from tests.streaming.waiting import end, until

pytestmark = pytest.mark.django_db(transaction=True)

VERA = Who.of(Identity(), "", "192.0.2.7")
PAGE = object()


@pytest.fixture
def trail() -> AuditTrail:
    return AuditTrail("p1")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_module, "WRITE_EVERY_S", 0.02)


async def rows(kind: AuditKind = AuditKind.WATCHED) -> list[AuditEvent]:
    return [row async for row in AuditEvent.objects.filter(kind=kind).order_by("pk")]


async def test_visits_are_written_in_batches_and_closed_at_the_end(trail, camera):
    running = asyncio.create_task(trail.run())
    for viewer in range(5):
        trail.begin(viewer, camera.pk, VERA, "olga")

    async def all_there():
        return len(await rows()) == 5

    await until(all_there)
    assert all(row.is_open and row.details == {"publisher": "olga"} for row in await rows())
    await end(running)
    assert all(row.ended for row in await rows())


async def test_a_reload_goes_on_with_the_visit(trail, camera):
    trail.begin(PAGE, camera.pk, VERA)
    trail.end(PAGE, camera.pk)
    trail.begin(object(), camera.pk, VERA)
    trail.begin(object(), camera.pk, VERA)
    await trail._write()
    # The second one is beside the first.
    assert [row.is_open for row in await rows()] == [True, True]


async def test_who_comes_back_later_begins_another_visit(trail, camera):
    trail.begin(PAGE, camera.pk, VERA)
    trail.end(PAGE, camera.pk)
    [visit] = trail._recent.values()
    visit.ended -= timedelta(minutes=2)
    await trail._write()
    trail.begin(PAGE, camera.pk, VERA)
    await trail._write()
    assert len(await rows()) == 2


async def test_who_filmed_before_a_visit_is_not_of_it(trail, camera):
    trail.begin(PAGE, camera.pk, VERA)
    trail.end(PAGE, camera.pk, "olga", stopped_ms=1000 * (time.time() - 60))
    await trail._write()
    assert [row.details for row in await rows()] == [{}]


async def test_who_filmed_during_a_visit_is_of_it_though_they_stopped(trail, camera):
    trail.begin(PAGE, camera.pk, VERA)
    trail.end(PAGE, camera.pk, "olga", stopped_ms=1000 * (time.time() + 1))
    await trail._write()
    assert [row.details for row in await rows()] == [{"publisher": "olga"}]


async def test_an_end_without_a_begin_is_nothing(trail):
    trail.end(PAGE, uuid4())
    assert not trail._unwritten


async def test_while_the_database_is_away_a_bounded_number_waits(trail, camera, monkeypatch):
    def fail(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(audit, "write", fail)
    monkeypatch.setattr(trail_module, "MAX_WAITING", 3)
    for viewer in range(5):
        trail.begin(viewer, camera.pk, VERA)
    await trail._write()
    assert (len(trail._unwritten), trail.lost) == (3, 2)
    monkeypatch.undo()
    await trail._write()
    assert len(await rows()) == 3


async def test_readers_of_single_pictures_are_viewers_until_they_stop(trail, camera, monkeypatch):
    trail.read(camera.pk, VERA)
    trail.read(camera.pk, VERA)
    await trail._write()
    [row] = await rows()
    assert row.is_open
    monkeypatch.setattr(trail_module, "_READS_WITHIN_S", -1)
    await trail._write()
    await row.arefresh_from_db()
    assert not row.is_open


async def test_a_visitor_who_changes_the_address_fills_no_log(trail, camera):
    for host in range(1, 6):
        who = Who.of(Identity(), "", f"2001:db8::{host}")
        trail.read(camera.pk, who)
        trail.refused(who, "front-door", Role.WATCH)
        trail.begin(host, camera.pk, who)
        trail.end(host, camera.pk)
    await trail._write()
    assert [row.address for row in await rows()] == ["2001:db8::1"]
    assert len(await rows(AuditKind.REFUSED)) == 1
    elsewhere = Who.of(Identity(), "", "2001:db8:0:1::1")
    trail.read(camera.pk, elsewhere)
    await trail._write()
    assert len(await rows()) == 2


async def test_a_refusal_is_recorded_once_a_minute(trail, camera):
    for _ in range(3):
        trail.refused(VERA, "front-door", Role.WATCH)
    trail.refused(VERA, "front-door", Role.MANAGE)
    trail.refused(VERA, "nowhere", Role.WATCH)
    await trail._write()
    refused = await rows(AuditKind.REFUSED)
    assert sorted(row.details["what"] for row in refused) == ["manage", "watch"]


async def test_refusals_in_all_are_bounded(trail):
    for number in range(500):
        trail.refused(VERA, f"camera-{number}", Role.WATCH)
    assert len(trail._refusals) <= 110


async def test_that_visits_go_on_is_said_in_one_statement(trail, camera, monkeypatch):
    monkeypatch.setattr(trail_module, "_KEEP_ALIVE_EVERY_S", 0)
    trail.begin(PAGE, camera.pk, VERA)
    await trail._write()
    long_ago = timezone.now() - timedelta(minutes=5)
    await AuditEvent._base_manager.aupdate(last_seen=long_ago)
    await trail._write()
    [row] = await rows()
    assert row.last_seen > long_ago


def test_nobody_is_kept_who_watched_long_ago(trail):
    for number in range(3):
        camera_id = UUID(int=number)
        trail.begin(PAGE, camera_id, VERA)
        trail.end(PAGE, camera_id)
    for visit in trail._recent.values():
        visit.ended -= timedelta(minutes=2)
    trail._forget()
    assert not trail._recent
