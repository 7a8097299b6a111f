from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cameras import access
from cameras.models import Camera, Grant, Role

OUT_OF_BOUNDS = [
    ("width", 0),
    ("width", 1921),
    ("height", 0),
    ("height", 1081),
    ("frame_rate", 0),
    ("frame_rate", 31),
    ("quality", 0.09),
    ("quality", 1.01),
    ("visibility", "friends"),
    ("delivery", "pigeon"),
    ("codec", "mpeg1"),
]


def test_a_camera_takes_its_slug_from_its_name(camera):
    assert camera.slug == "front-door"


def test_cameras_of_the_same_name_get_numbered_slugs(camera, owner):
    slugs = [Camera.objects.create(name="Front door", owner=owner).slug for _ in range(2)]
    assert slugs == ["front-door-2", "front-door-3"]


def test_a_given_slug_stays(owner):
    assert Camera.objects.create(name="Front door", slug="porch", owner=owner).slug == "porch"


def test_a_slug_does_not_change_with_the_name(camera):
    camera.name = "Back door"
    camera.save()
    assert camera.slug == "front-door"


def test_a_name_without_letters_still_gives_a_slug(owner):
    assert Camera.objects.create(name="📷", owner=owner).slug == "camera"


def test_slugs_of_long_names_fit_with_their_number(owner):
    slugs = [Camera.objects.create(name="n" * 100, owner=owner).slug for _ in range(2)]
    assert slugs == ["n" * 50, "n" * 50 + "-2"]


class TestFormerSlugs:
    def rename(self, camera, slug):
        camera.slug = slug
        camera.full_clean()
        camera.save()

    def at(self, address):
        return list(Camera.objects.filter(Camera.at(address)))

    def test_a_camera_is_found_by_id_slug_and_former_slugs(self, camera):
        self.rename(camera, "porch")
        self.rename(camera, "hall")
        for address in str(camera.pk), "hall", "porch", "front-door":
            assert self.at(address) == [camera]
        assert self.at("nowhere") == []

    def test_no_other_camera_gets_a_former_slug(self, camera, owner):
        self.rename(camera, "porch")
        assert Camera.objects.create(name="Front door", owner=owner).slug == "front-door-2"
        other = Camera(name="Other", slug="front-door", owner=owner)
        with pytest.raises(ValidationError, match="had this address"):
            other.full_clean()

    def test_who_has_a_slug_now_goes_before_who_had_it(self, camera, owner):
        self.rename(camera, "porch")
        # As the release before does, which knows of no former slugs.
        other = Camera.objects.create(name="Zoo", slug="front-door", owner=owner)
        assert self.at("front-door") == [other]
        assert access.watchable_at(owner, ["front-door"]) == {"front-door": other.pk}
        other.visibility = "private"
        other.owner = get_user_model().objects.create_user("zoe")
        other.save()
        assert access.watchable_at(owner, ["front-door"]) == {}

    def test_a_camera_may_take_its_slug_back(self, camera):
        self.rename(camera, "porch")
        self.rename(camera, "front-door")
        assert self.at("front-door") == self.at("porch") == [camera]
        assert [str(former) for former in camera.former_slugs.all()] == ["porch"]

    def test_the_last_ten_are_kept(self, camera):
        for number in range(12):
            self.rename(camera, f"c-{number}")
        assert self.at("front-door") == []
        assert self.at("c-1") == [camera]
        assert camera.former_slugs.count() == 10

    def test_they_go_with_the_camera(self, camera, owner):
        self.rename(camera, "porch")
        camera.delete()
        assert Camera.objects.create(name="Front door", owner=owner).slug == "front-door"

    def test_what_is_saved_without_the_slug_keeps_it(self, camera):
        camera.slug = "porch"
        camera.name = "Porch"
        camera.save(update_fields=["name"])
        assert not camera.former_slugs.exists()

    def test_no_slug_stands_for_the_id_of_another_camera(self, camera, owner):
        with pytest.raises(ValidationError, match="looks like an ID"):
            Camera(name="Other", slug=str(camera.pk), owner=owner).full_clean()
        assert Camera.objects.create(name=str(camera.pk), owner=owner).slug == "camera"


def test_a_new_camera_is_private_and_sends_720p(camera):
    assert (camera.visibility, camera.delivery, camera.enabled) == ("private", "resilient", True)
    assert camera.codec == "auto"
    assert (camera.width, camera.height, camera.frame_rate, camera.quality) == (1280, 720, 30, 0.7)


@pytest.mark.parametrize(("field", "value"), [*OUT_OF_BOUNDS, ("quality", float("nan"))])
def test_a_form_refuses_values_out_of_bounds(camera, field, value):
    setattr(camera, field, value)
    with pytest.raises(ValidationError) as refused:
        camera.full_clean()
    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize(("field", "value"), OUT_OF_BOUNDS)
def test_the_database_refuses_values_out_of_bounds(camera, field, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        Camera.objects.filter(pk=camera.pk).update(**{field: value})


def test_bounds_themselves_are_allowed(camera):
    camera.width, camera.height, camera.frame_rate, camera.quality = 1920, 1080, 1, 0.1
    camera.full_clean()
    camera.save()


def test_a_person_has_one_grant_for_a_camera(camera, viewer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(camera=camera, user=viewer, role=Role.MANAGE)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Küche", "kuche"),
        ("Straße 5", "strasse-5"),
        ("玄関", "xuanguan"),
        ("Кухня", "kukhnya"),
        ("***", "camera"),
    ],
)
def test_the_slug_is_the_name_in_latin_letters(owner, name, slug):
    assert Camera.objects.create(name=name, owner=owner).slug == slug


@pytest.mark.django_db(transaction=True)
def test_cameras_of_one_name_added_at_once_get_addresses_of_their_own(owner):
    def add(_):
        try:
            return Camera.objects.create(name="Hall", owner=owner).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        slugs = set(pool.map(add, range(12)))
    assert slugs == {"hall", *(f"hall-{number}" for number in range(2, 13))}


def test_a_slug_that_was_taken_meanwhile_is_replaced(owner, monkeypatch):
    Camera.objects.create(name="Hall", owner=owner)
    free = iter(["hall", "hall-2"])
    monkeypatch.setattr("cameras.models.camera._free_slug", lambda _: next(free))
    assert Camera.objects.create(name="Hall", owner=owner).slug == "hall-2"


def test_a_slug_that_somebody_chose_is_not_replaced(owner, camera):
    with pytest.raises(IntegrityError), transaction.atomic():
        Camera.objects.create(name="Hall", slug=camera.slug, owner=owner)


@pytest.mark.parametrize("field", ["name", "location"])
def test_names_and_places_are_one_line(camera, field):
    setattr(camera, field, "Hall\n2026-01-01 ERROR root: forged")
    with pytest.raises(ValidationError) as refused:
        camera.full_clean()
    assert list(refused.value.message_dict) == [field]
