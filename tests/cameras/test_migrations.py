"""An upgrade may be taken back: the release before goes on with the newer database."""

from __future__ import annotations

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

from cameras.models import Camera, CaptureSession

LOADER = MigrationLoader(connection=None, ignore_no_migrations=True)
FIRST = "0001_initial"
OURS = sorted(name for app, name in LOADER.disk_migrations if app == "cameras")
#: They take away what the release before asks for.
DESTRUCTIVE = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
)


def operations(kind):
    for name in OURS:
        if name != FIRST:
            for operation in LOADER.disk_migrations["cameras", name].operations:
                if isinstance(operation, kind):
                    yield name, operation


def test_no_migration_takes_anything_away():
    assert not list(operations(DESTRUCTIVE))


def test_the_database_itself_fills_each_column_that_was_added():
    newest = LOADER.project_state().models
    empty = [
        f"{name}: {operation.model_name}.{operation.name}"
        for name, operation in operations(migrations.AddField)
        if not (field := newest["cameras", operation.model_name_lower].fields[operation.name]).null
        and not field.many_to_many
        and not field.has_db_default()
    ]
    assert not empty


@pytest.mark.django_db
@pytest.mark.parametrize("release", OURS[:-1])
def test_each_release_before_can_make_cameras_and_sessions(release, owner):
    before = LOADER.project_state(("cameras", release)).apps
    camera = before.get_model("cameras", "Camera").objects.create(
        name="Hall", slug="hall", owner_id=owner.pk
    )
    before.get_model("cameras", "CaptureSession").objects.create(
        camera_id=camera.pk, publisher="olga", transport="webrtc"
    )
    Camera.objects.get(slug="hall").full_clean()
    CaptureSession.objects.get().full_clean(exclude=["user", "key", "ended", "latency_ms"])
    connection.check_constraints()
