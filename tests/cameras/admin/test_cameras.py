from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras.models import ApiToken, Camera, CaptureSession, Grant, PublishKey, Role, Transport
from tests.cameras.admin.actions import (
    add,
    camera_form,
    change,
    listed,
    messages,
    run,
    secrets_in,
    text,
)


def test_a_camera_is_added_without_a_slug(admin, owner):
    response = admin.post(add("camera"), camera_form(Camera(name="Garden", owner=owner)))
    assert response.status_code == 302
    assert Camera.objects.get().slug == "garden"


def test_who_adds_a_camera_is_its_owner_unless_they_say_otherwise(admin, superuser):
    assert f'<option value="{superuser.pk}" selected>' in admin.get(add("camera")).content.decode()


def test_cameras_are_disabled_and_enabled_together(
    admin, camera, own, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as announcements:
        run(admin, "camera", "disable", camera, own)
    assert not Camera.objects.filter(enabled=True).exists()
    assert len(announcements) == 2
    run(admin, "camera", "enable", camera)
    assert Camera.objects.get(enabled=True) == camera


def test_a_publish_key_is_made_and_shown_once(admin, camera, superuser):
    (secret,) = secrets_in(messages(run(admin, "camera", "make_keys", camera)))
    key = PublishKey.objects.get()
    assert (key.camera, key.created_by) == (camera, superuser)
    assert PublishKey.find(secret) == key
    pages = [admin.get(change(camera)).content.decode() for _ in range(2)]
    assert [secrets_in(page) for page in pages] == [[secret], []]


def test_the_publish_keys_of_a_camera_are_revoked_together(admin, camera, own):
    for of in camera, camera, own:
        PublishKey.issue(camera=of, name="Hall phone")
    run(admin, "camera", "revoke_keys", camera)
    assert PublishKey.valid().get().camera == own


def test_the_role_in_a_grant_changes_and_its_person_does_not(admin, camera, viewer, stranger):
    form = camera_form(camera) | {"grants-0-role": "manage", "grants-0-user": stranger.pk}
    assert admin.post(change(camera), form).status_code == 302
    grant = Grant.objects.get()
    assert (grant.user, grant.role) == (viewer, Role.MANAGE)


def test_a_camera_is_deleted_with_its_sessions(admin, camera):
    CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    url = reverse("admin:cameras_camera_delete", args=[camera.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 302
    assert not Camera.objects.exists()


# Lists


@pytest.mark.parametrize("model", ["camera", "publishkey", "apitoken", "capturesession"])
def test_a_list_costs_the_same_however_long(admin, owner, model):
    shown = [queries_of_a_list(admin, owner, model, rows) for rows in (1, 30)]
    assert shown[0] == shown[1] <= 12


def queries_of_a_list(admin, owner, model, rows):
    Camera.objects.all().delete()
    for number in range(rows):
        made_by = User.objects.create_user(f"maker {rows} {number}")
        camera = Camera.objects.create(name="Garden", owner=made_by)
        key, _ = PublishKey.issue(camera=camera, name="Phone", created_by=made_by)
        ApiToken.issue(user=made_by, name="Script")
        CaptureSession.objects.create(
            camera=camera, key=key, user=made_by, transport=Transport.WEBRTC
        )
    with CaptureQueriesContext(connection) as queries:
        assert text(admin.get(listed(model))).count('name="_selected_action"') >= rows
    return len(queries)
