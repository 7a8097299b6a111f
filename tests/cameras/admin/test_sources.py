from __future__ import annotations

import pytest

from cameras.models import Camera, Source

LIST = "/admin/cameras/source/"


@pytest.fixture
def source(camera):
    source = Source(camera=camera, address="http://cam/live", user="olga")
    source.password = "t0p-s3cret"
    source.save()
    return source


@pytest.fixture
def staff(owner, client):
    owner.is_staff = True
    owner.save()
    client.force_login(owner)
    return client


def test_staff_see_those_of_cameras_they_manage_without_passwords(staff, source, superuser):
    other = Camera.objects.create(name="Vault", owner=superuser)
    foreign = Source.objects.create(camera=other, address="http://vault/")
    listed, shown = staff.get(LIST), staff.get(f"{LIST}{source.pk}/change/")
    pages = listed.content.decode() + shown.content.decode()
    assert "Front door" in pages
    assert "http://cam/live" in pages
    assert "Vault" not in pages
    assert "t0p-s3cret" not in pages
    assert source.sealed_password not in pages
    assert staff.get(f"{LIST}{foreign.pk}/change/").status_code == 302
    assert staff.get(f"{LIST}add/").status_code == 403


def test_they_are_turned_off_and_deleted_there(staff, source):
    staff.post(f"{LIST}{source.pk}/change/", {"every_s": "1"})
    source.refresh_from_db()
    assert not source.enabled
    assert source.password == "t0p-s3cret"
    staff.post(f"{LIST}{source.pk}/delete/", {"post": "yes"})
    assert not Source.objects.exists()
