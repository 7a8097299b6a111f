"""Staff who are not superusers see what belongs to cameras they manage."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from cameras.models import ApiToken, CaptureSession, PublishKey, Transport
from tests.cameras.admin.actions import (
    add,
    change,
    listed,
)


def test_staff_see_what_belongs_to_cameras_they_manage(client, staff, own, camera):
    for of in camera, own:
        PublishKey.issue(camera=of, name=f"Phone of {of}")
        CaptureSession.objects.create(camera=of, publisher=of.name, transport=Transport.WEBRTC)
    client.force_login(staff)
    for model in "publishkey", "capturesession":
        page = client.get(listed(model)).content.decode()
        assert "Garden" in page
        assert "Front door" not in page


def test_staff_who_may_only_view_see_the_cameras_they_manage(client, staff, own, camera):
    staff.user_permissions.add(Permission.objects.get(codename="view_camera"))
    client.force_login(staff)
    assert client.get(change(own)).status_code == 200
    assert client.get(change(camera)).status_code == 302


def test_staff_make_no_keys_for_cameras_of_others(client, staff, own, camera):
    client.force_login(staff)
    client.post(add("publishkey"), {"camera": camera.pk, "name": "Hall phone"})
    assert not PublishKey.objects.exists()
    client.post(add("publishkey"), {"camera": own.pk, "name": "Shed"})
    assert PublishKey.objects.get().camera == own


def test_staff_make_no_tokens_for_others(client, staff, superuser):
    client.force_login(staff)
    client.post(add("apitoken"), {"user": superuser.pk, "name": "Script"})
    assert not ApiToken.objects.exists()
    client.post(add("apitoken"), {"user": staff.pk, "name": "Script"})
    assert ApiToken.objects.get().user == staff


def test_staff_see_no_tokens_of_others(client, staff, owner):
    token, _ = ApiToken.issue(user=owner, name="Script")
    client.force_login(staff)
    assert client.get(change(token)).status_code == 302
