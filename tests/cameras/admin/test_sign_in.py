from __future__ import annotations

import pytest
from django.urls import reverse

from cameras import two_step
from cameras.models import AuditEvent, AuditKind, Passkey, TwoStep
from tests.cameras.admin.actions import add, change, listed


@pytest.fixture
def rows(owner):
    two_step.turn_on(owner)
    passkey = Passkey.objects.create(user=owner, name="Phone", credential="x", public_key=b"")
    return [passkey, TwoStep.objects.get()]


def test_what_protects_an_account_is_taken_away_and_never_given(admin, rows):
    for row in rows:
        name = row._meta.model_name
        assert "olga" in admin.get(listed(name)).content.decode()
        assert admin.get(change(row)).status_code == 200
        assert admin.post(change(row), {"name": "x"}).status_code == 403
        assert admin.get(add(name)).status_code == 403
        delete = reverse(f"admin:cameras_{name}_delete", args=[row.pk])
        assert admin.post(delete, {"post": "yes"}).status_code == 302
        assert not type(row).objects.exists()
    told = AuditEvent.objects.filter(kind=AuditKind.ACCOUNT_CHANGED, actor="root").order_by("pk")
    assert [each.details["what"] for each in told] == ["passkey_removed", "two_step_off"]


def test_several_are_taken_away_at_once(admin, rows):
    passkey, _ = rows
    data = {"action": "delete_selected", "_selected_action": [passkey.pk], "post": "yes"}
    assert admin.post(listed("passkey"), data).status_code == 302
    assert not Passkey.objects.exists()
