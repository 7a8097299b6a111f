from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cameras import history
from cameras.models import Camera, CameraMinute, CaptureSession
from tests.postgres import running_postgres

AT = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
MINUTE = history.Minute(
    live_s=60,
    paused_s=0,
    lost_s=0,
    frames=1800,
    dropped=3,
    fps=30.0,
    bits_per_s=1_000_000,
    viewers=2,
    uplink_ms=18,
    latency_p50_ms=40,
    latency_p95_ms=None,
)


def later(minutes):
    return AT + timedelta(minutes=minutes)


@pytest.fixture
def other(owner):
    return Camera.objects.create(name="Garden", owner=owner)


def test_a_minute_of_all_cameras_is_one_transaction(camera, other, django_assert_num_queries):
    with django_assert_num_queries(4):  # begin, cameras, rows, commit
        history.record(AT, {camera.pk: MINUTE, other.pk: MINUTE})
    assert list(history.minutes(other.pk, AT)) == [(AT, MINUTE)]


def test_the_first_record_of_a_minute_stays(camera, other):
    history.record(AT, {camera.pk: MINUTE})
    history.record(AT, {camera.pk: {**MINUTE, "frames": 5}, other.pk: MINUTE})
    assert [minute["frames"] for _, minute in history.minutes(camera.pk, AT)] == [1800]
    assert len(list(history.minutes(other.pk, AT))) == 1


def test_a_camera_that_was_deleted_is_left_out(camera, other):
    gone, _ = camera.pk, camera.delete()
    history.record(AT, {gone: MINUTE, other.pk: MINUTE})
    assert CameraMinute.objects.get().camera == other


def test_minutes_come_in_order_from_a_time_on(camera):
    for minute in 2, 0, 1, -1:
        history.record(later(minute), {camera.pk: MINUTE})
    assert [at for at, _ in history.minutes(camera.pk, AT)] == [AT, later(1), later(2)]


def test_minutes_in_which_something_was_wrong_are_found(camera, other):
    changes: list[Any] = [
        {},
        {"lost_s": 5},
        {"live_s": 20, "paused_s": 40},
        {"live_s": 40, "paused_s": 20},
    ]
    for place, change in enumerate(changes):
        history.record(later(place), {camera.pk: {**MINUTE, **change}})
    found = history.troubled([camera.pk, other.pk], AT)
    assert [(pk, at, lost) for pk, at, lost, _ in found] == [
        (camera.pk, later(1), 5),
        (camera.pk, later(2), 0),
    ]


# Sessions


def session(camera, began_h, ended_h=None):
    """So many hours before now."""
    now = timezone.now()
    ended = None if ended_h is None else now - timedelta(hours=ended_h)
    return CaptureSession.objects.create(
        camera=camera,
        transport="webrtc",
        started=now - timedelta(hours=began_h),
        last_seen=ended or now,
        ended=ended,
        end_reason="" if ended is None else "lost",
    )


def test_sessions_of_a_time_come_with_the_last_one_before(camera, other):
    session(camera, 90, 80)
    before, within, running = session(camera, 60, 50), session(camera, 20, 10), session(camera, 5)
    of_other = session(other, 70, 60)
    found = history.sessions([camera.pk, other.pk], timezone.now() - timedelta(hours=24))
    assert found == [of_other, before, within, running]


def test_they_come_in_the_order_of_time(camera):
    later, earlier = session(camera, 5), session(camera, 20, 10)
    assert history.sessions([camera.pk], timezone.now() - timedelta(hours=24)) == [earlier, later]


def test_a_session_that_lasts_since_long_ago_belongs_to_it(camera):
    long = session(camera, 500, 3)
    assert history.sessions([camera.pk], timezone.now() - timedelta(hours=24)) == [long]


def test_of_too_many_sessions_the_newest_are_told(camera, monkeypatch):
    monkeypatch.setattr(history, "MAX_SESSIONS", 2)
    all_of_them = [session(camera, 9 - hour, 8 - hour) for hour in range(4)]
    found = history.sessions([camera.pk], timezone.now() - timedelta(hours=24))
    assert found == all_of_them[2:]


# Keeping


def test_old_minutes_are_deleted_a_few_at_a_time(camera, monkeypatch):
    monkeypatch.setattr(history, "MAX_PRUNED", 2)
    now = timezone.now()
    for days in 40, 35, 31, 29:
        history.record(now - timedelta(days=days), {camera.pk: MINUTE})
    assert [history.prune(30) for _ in range(3)] == [2, 1, 0]
    assert CameraMinute.objects.count() == 1


def test_a_camera_and_day_take_little_room(owner, capsys):
    """Printed, and written down in docs/capacity.md."""
    cameras = [Camera(name=f"C{n}", slug=f"c{n}", owner=owner) for n in range(20)]
    Camera.objects.bulk_create(cameras)
    for minute in range(200):
        row = history.Minute(**{**MINUTE, "bits_per_s": 900_000 + 37 * minute})
        history.record(later(minute), {camera.pk: row for camera in cameras})
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE '%cameraminute%'")
        size = cursor.fetchone()[0] / 20 / 200 * 1440
    with capsys.disabled():
        print(f"\n{size / 1000:.0f} kB per camera and day")
    assert size < 300_000


_ON_POSTGRESQL = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from cameras import history
from cameras.models import Camera, CameraMinute
from tests.cameras.test_history import AT, MINUTE

call_command("migrate", verbosity=0)
camera = Camera.objects.create(name="Door", owner=User.objects.create_user("olga"))
for minute in range(1440):
    history.record(AT + timedelta(minutes=minute), {camera.pk: {**MINUTE, "lost_s": minute % 2}})
history.record(AT, {camera.pk: MINUTE})
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_total_relation_size('cameras_cameraminute')")
    [size] = cursor.fetchone()
assert len(list(history.minutes(camera.pk, AT))) == 1440
assert len(history.troubled([camera.pk], AT)) == 720
assert history.sessions([camera.pk], AT) == []
assert history.prune(0.0) == 1440 and not CameraMinute.objects.exists()
history.record(AT, {camera.pk: MINUTE})
camera.delete()
print(f"PostgreSQL: {size / 1000:.0f} kB per camera and day")
"""


@pytest.mark.system
@pytest.mark.faults(seconds=15)
def test_it_works_with_postgresql():
    with running_postgres() as postgres:
        environment = {**os.environ, "DATABASE_URL": postgres.url}
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", _ON_POSTGRESQL]
        subprocess.run(command, env=environment, check=True)
