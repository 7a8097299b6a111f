from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from cameras.models import (
    Camera,
    CaptureSession,
    EndReason,
    PublishKey,
    Transport,
    Visibility,
)
from streaming.backplane import announce as receivers
from streaming.backplane.connection import connect_sync
from streaming.backplane.store import Lease
from streaming.supervision import preparation
from tests.valkey import Valkey


@pytest.fixture(autouse=True)
def shared_redis(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1"


@pytest.mark.django_db
def test_a_first_start_makes_an_owner_and_a_camera() -> None:
    owner, demo = preparation.ensure_catalogue(with_demo=False)
    assert owner.is_superuser
    assert demo is None
    assert [camera.slug for camera in Camera.objects.filter(owner=owner)] == ["my-camera"]


@pytest.mark.django_db
def test_a_further_start_changes_nothing() -> None:
    first = preparation.ensure_catalogue(with_demo=False)
    Camera.objects.update(name="Hall")
    assert preparation.ensure_catalogue(with_demo=False) == first
    assert Camera.objects.get().name == "Hall"


@pytest.mark.django_db
def test_a_camera_that_was_deleted_stays_away() -> None:
    preparation.ensure_catalogue(with_demo=False)
    Camera.objects.all().delete()
    preparation.ensure_catalogue(with_demo=False)
    assert not Camera.objects.exists()


@pytest.mark.django_db
def test_the_oldest_camera_that_may_be_published_to_is_there_to_try() -> None:
    owner, _ = preparation.ensure_catalogue(with_demo=True)
    Camera.objects.create(name="Garden", owner=owner)
    for name in ("My camera", "Garden"):
        camera = preparation.camera_to_try(owner)
        assert camera
        assert camera.name == name
        Camera.objects.filter(pk=camera.pk).update(enabled=False)
    assert preparation.camera_to_try(owner) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("url", "announced"), [("", False), ("redis://127.0.0.1", True)])
def test_only_a_shared_redis_hears_of_the_new_cameras(
    settings, monkeypatch: pytest.MonkeyPatch, url: str, announced: bool
) -> None:
    changes: list[object] = []
    monkeypatch.setattr(receivers, "announce", changes.append)
    settings.REDIS_URL = url
    owner, _ = preparation.ensure_catalogue(with_demo=True)
    assert bool(changes) == announced
    changes.clear()
    owner.save()
    assert changes


@pytest.mark.django_db
def test_everybody_may_see_the_demo_camera_which_has_one_key() -> None:
    preparation.ensure_catalogue(with_demo=True)
    _, demo = preparation.ensure_catalogue(with_demo=True)
    assert demo
    camera = Camera.objects.get(slug=demo.slug)
    assert camera.visibility == Visibility.PUBLIC
    # The server paints its pictures.
    assert (camera.width, camera.height) == (640, 480)
    assert PublishKey.valid().count() == 1
    assert demo.key not in repr(demo)


@pytest.fixture
def left_open(camera: Camera) -> CaptureSession:
    """Nobody has said anything of it for 6 s."""
    return CaptureSession.objects.create(
        camera=camera,
        transport=Transport.WEBRTC,
        last_seen=timezone.now() - timedelta(seconds=6),
    )


def hold(valkey: Valkey, session: CaptureSession) -> None:
    lease = Lease(peer="p", session=session.pk, publisher="olga", channel="c")
    with connect_sync() as client:
        client.set(f"publisher:{session.camera_id}", json.dumps(asdict(lease)))


def is_closed(session: CaptureSession) -> bool:
    session.refresh_from_db()
    return (session.ended, session.end_reason) == (session.last_seen, EndReason.SERVER_STOPPED)


def test_a_session_that_a_crash_left_open_is_closed(
    valkey: Valkey, left_open: CaptureSession
) -> None:
    preparation.close_sessions_of_a_crash()
    assert is_closed(left_open)


def test_a_session_that_another_machine_holds_stays_open(
    valkey: Valkey, left_open: CaptureSession
) -> None:
    hold(valkey, left_open)
    preparation.close_sessions_of_a_crash()
    assert not is_closed(left_open)


def test_a_session_is_closed_though_a_later_one_of_its_camera_is_held(
    valkey: Valkey, left_open: CaptureSession, camera: Camera
) -> None:
    later = CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    hold(valkey, later)
    preparation.close_sessions_of_a_crash()
    assert is_closed(left_open)
    assert not is_closed(later)


def test_a_session_that_was_just_opened_elsewhere_stays_open(
    valkey: Valkey, left_open: CaptureSession
) -> None:
    CaptureSession.objects.update(last_seen=timezone.now())
    preparation.close_sessions_of_a_crash()
    assert not is_closed(left_open)


def test_without_a_shared_redis_no_session_can_be_anothers(
    settings, left_open: CaptureSession
) -> None:
    settings.REDIS_URL = ""
    CaptureSession.objects.update(last_seen=timezone.now())
    preparation.close_sessions_of_a_crash()
    assert is_closed(left_open)


@pytest.mark.django_db
def test_deactivated_superusers_are_respected() -> None:
    User.objects.create_superuser("root", is_active=False)
    with pytest.raises(preparation.NotReady, match="createsuperuser"):
        preparation.ensure_catalogue(with_demo=False)


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone() -> None:
    assert not preparation.migrate()


@pytest.mark.django_db(transaction=True)
def test_a_database_of_an_earlier_version_is_brought_up_to_date() -> None:
    # Those of one app, on which no other one builds.
    tables = [each for each in connection.introspection.table_names() if each.startswith("axes_")]
    assert tables
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'axes'")
        for table in sorted(tables, reverse=True):
            cursor.execute(f"DROP TABLE {table}")
    assert preparation.migrate()
    assert set(tables) <= set(connection.introspection.table_names())


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("127.0.0.1:6379", "127.0.0.1:6379"),
        ("nonsense", "nonsense"),
        ("http://:secret@127.0.0.1/0", "http://127.0.0.1/0"),
        (":secret@127.0.0.1", "127.0.0.1"),
    ],
)
def test_a_url_of_something_else_is_refused(settings, url: str, place: str) -> None:
    settings.REDIS_URL = settings.REDIS_LAYER_URL = url
    with pytest.raises(preparation.NotReady) as refusal:
        preparation.check_redis()
    assert f"REDIS_URL ({place}) cannot be used: Redis URL must" in str(refusal.value)
    assert "leave REDIS_URL empty" in str(refusal.value)
