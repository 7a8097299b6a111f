from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from cameras.models import Camera, CameraGroup


@pytest.fixture
def group(owner):
    return CameraGroup.objects.create(name="Front yard", owner=owner)


def test_a_group_takes_its_slug_from_its_name(group):
    assert (group.slug, str(group)) == ("front-yard", "Front yard")


def test_a_name_without_letters_still_gives_a_slug(owner):
    assert CameraGroup.objects.create(name="…", owner=owner).slug == "group"


def test_groups_of_the_same_name_get_numbered_slugs(group, owner, stranger):
    slugs = [
        CameraGroup.objects.create(name="Front yard", owner=who).slug for who in (owner, stranger)
    ]
    assert slugs == ["front-yard-2", "front-yard-3"]


def test_the_address_stays_when_the_name_changes(group):
    group.name = "Back yard"
    group.save()
    assert CameraGroup.objects.get(name="Back yard").slug == "front-yard"


def test_a_slug_that_somebody_else_took_is_refused(group, owner):
    with pytest.raises(IntegrityError):
        CameraGroup.objects.create(name="Garden", slug="front-yard", owner=owner)


def test_a_name_is_one_line(owner):
    with pytest.raises(ValidationError):
        CameraGroup(name="Front\nyard", owner=owner).full_clean()


def test_a_camera_is_in_any_number_of_groups_and_outlives_them(group, camera, owner):
    other = CameraGroup.objects.create(name="Doors", owner=owner)
    camera.groups.set([group, other])
    assert [each.slug for each in camera.groups.all()] == ["doors", "front-yard"]
    group.delete()
    assert list(Camera.objects.get().groups.all()) == [other]


def test_who_owns_a_group_cannot_be_deleted(stranger):
    CameraGroup.objects.create(name="Favourites", owner=stranger)
    with pytest.raises(ProtectedError):
        stranger.delete()
