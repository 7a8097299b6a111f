from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cameras.audit import record
from cameras.models import AuditEvent, AuditKind
from tests.cameras.admin.actions import add, change, listed


@pytest.fixture
def event(camera):
    record(AuditKind.CAMERA_CHANGED, camera=camera, fields=["name"])
    return AuditEvent.objects.first()


def test_it_is_read_and_never_written(admin, event):
    shown = admin.get(listed("auditevent")).content.decode()
    assert "Changed settings: name" in shown
    assert "The server" in shown
    assert admin.get(change(event)).status_code == 200
    assert admin.post(change(event), {"actor": "x"}).status_code == 403
    assert admin.get(add("auditevent")).status_code == 403
    delete = reverse("admin:cameras_auditevent_delete", args=[event.pk])
    assert admin.post(delete, {"post": "yes"}).status_code == 403


def test_it_is_for_those_who_may_view_it(client, staff, event):
    client.force_login(staff)
    assert client.get(listed("auditevent")).status_code == 200
    staff.user_permissions.remove(Permission.objects.get(codename="view_auditevent"))
    assert client.get(listed("auditevent")).status_code == 403
