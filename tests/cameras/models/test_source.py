from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.serializers import serialize
from django.db import connection

from cameras.models import AuditEvent, Camera, Source

PASSWORD = "t0p-s3cret"


@pytest.fixture
def source(camera):
    source = Source(camera=camera, address="http://cam.example/live", user="olga")
    source.password = PASSWORD
    source.save()
    return Source.objects.get()


def test_the_password_is_encrypted_at_rest(source):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cameras_source")
        rows = str(cursor.fetchall())
    assert "cam.example" in rows
    assert PASSWORD not in rows
    assert source.password == PASSWORD
    assert source.has_password


def test_nothing_that_shows_a_source_shows_its_password(source):
    shown = [repr(source), str(source), serialize("json", [source]), str(vars(source))]
    shown += [str(event.details) for event in AuditEvent.objects.all()]
    assert PASSWORD not in "".join(shown)


def test_changes_are_on_record(source, camera):
    source.delete()
    changes = AuditEvent.objects.filter(kind="camera_changed").values_list("details", flat=True)
    assert list(changes) == [{"fields": ["source"]}] * 2
    Source.objects.create(camera=camera, address="http://a/")
    Camera.objects.get().delete()


def test_fields_are_checked(camera):
    for wrong in ({"address": "ftp://a"}, {"every_s": 0}, {"recording_address": "x"}):
        with pytest.raises(ValidationError):
            Source(camera=camera, **{"address": "http://a/", **wrong}).full_clean()
