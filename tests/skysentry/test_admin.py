from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from cameras.models import ApiToken, Camera, CameraMinute, CaptureSession, PublishKey


@pytest.fixture
def page(client, superuser):
    client.force_login(superuser)
    return client.get("/admin/").text


def test_the_admin_bears_our_name(page):
    assert "SkySentry administration" in page
    assert "Django administration" not in page


def test_it_has_what_an_operator_needs():
    for model in User, Group, Camera, PublishKey, ApiToken, CaptureSession:
        assert admin.site.is_registered(model)


def test_it_has_no_tables_that_nobody_reads(page):
    assert "/admin/axes/" not in page
    assert {model._meta.app_label for model in admin.site._registry} == {"auth", "cameras"}
    # Charts show it: 43,000 rows a camera are no list.
    assert not admin.site.is_registered(CameraMinute)
