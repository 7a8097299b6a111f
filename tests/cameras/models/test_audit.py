from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cameras.audit import record
from cameras.models import AppendOnly, AuditEvent, AuditKind, Camera

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(camera: Camera) -> AuditEvent:
    AuditEvent._base_manager.all().delete()
    record(AuditKind.CAMERA_CHANGED, camera=camera, fields=["name"])
    return AuditEvent.objects.get()


def test_a_row_is_never_saved_again(event: AuditEvent) -> None:
    event.actor = "somebody else"
    with pytest.raises(AppendOnly):
        event.save()
    assert AuditEvent.objects.get().actor == ""


def test_a_row_is_never_deleted(event: AuditEvent) -> None:
    with pytest.raises(AppendOnly):
        event.delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.all().delete()
    with pytest.raises(AppendOnly):
        AuditEvent.objects.update(actor="")
    with pytest.raises(AppendOnly):
        AuditEvent.objects.bulk_update([event], ["actor"])
    assert AuditEvent.objects.exists()


def test_the_log_outlives_cameras_and_people(event: AuditEvent, camera: Camera) -> None:
    owner = camera.owner
    camera.delete()
    owner.delete()
    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.camera, kept.camera_name) == (None, "Front door")


def test_only_visits_and_filming_take_time(event: AuditEvent) -> None:
    assert event.duration_s is None
    assert not event.is_open
    now = timezone.now()
    watched = AuditEvent(kind=AuditKind.WATCHED, started=now, ended=now + timedelta(minutes=2))
    assert watched.duration_s == 120
    going_on = AuditEvent(kind=AuditKind.WATCHED, started=now, last_seen=now + timedelta(minutes=1))
    assert going_on.duration_s == 60
    assert going_on.is_open


def test_a_row_is_named_by_its_actor(owner: User) -> None:
    assert str(AuditEvent(actor="olga", kind="watched")) == "olga: watched"
