from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras.models import Camera, Grant, Role, Visibility
from cameras.pages.views import SEARCHABLE_FROM
from tests.cameras.pages.browser import signed_in, text

CAMERAS = "/cameras/"


@pytest.fixture
def many(owner: User, viewer: User) -> None:
    for number in range(SEARCHABLE_FROM):
        camera = Camera.objects.create(name=f"Number {number}", owner=owner, location="Cellar")
        Grant.objects.create(camera=camera, user=viewer)


def test_the_list_says_whose_cameras_are_and_who_watches(
    camera: Camera, owner: User, viewer: User
) -> None:
    assert "Front door Yours Shared with vera" in text(signed_in(owner).get(CAMERAS))
    assert "Front door olga's Shared with you" in text(signed_in(viewer).get(CAMERAS))


def test_only_managers_read_with_whom_a_camera_is_shared(
    camera: Camera, viewer: User, stranger: User
) -> None:
    Grant.objects.create(camera=camera, user=stranger)
    assert "sam" not in text(signed_in(viewer).get(CAMERAS))


def test_the_list_has_no_cameras_of_others(camera: Camera, stranger: User) -> None:
    assert "Front door" not in text(signed_in(stranger).get(CAMERAS))


def test_a_disabled_camera_is_listed_for_those_who_can_enable_it(
    camera: Camera, owner: User, viewer: User
) -> None:
    camera.enabled = False
    camera.save()
    assert "Disabled" in text(signed_in(owner).get(CAMERAS))
    assert "Front door" not in text(signed_in(viewer).get(CAMERAS))


@pytest.mark.parametrize(
    ("role", "film", "settings"),
    [(Role.WATCH, False, False), (Role.PUBLISH, True, False), (Role.MANAGE, True, True)],
)
def test_the_list_leads_where_one_may_go(
    camera: Camera, stranger: User, role: Role, film: bool, settings: bool
) -> None:
    Grant.objects.create(camera=camera, user=stranger, role=role)
    page = signed_in(stranger).get(CAMERAS).content.decode()
    assert (reverse("capture", args=[camera.slug]) in page) is film
    assert (reverse("camera-settings", args=[camera.slug]) in page) is settings


def test_a_long_list_can_be_searched(camera: Camera, many: None, owner: User) -> None:
    client = signed_in(owner)
    assert "Search cameras" in text(client.get(CAMERAS))
    assert [each.name for each in found(client, "DOOR")] == ["Front door"]
    assert len(found(client, "cellar")) == SEARCHABLE_FROM
    assert len(found(client, "olga")) == SEARCHABLE_FROM + 1
    assert "No cameras match “nowhere”" in text(client.get(CAMERAS, {"q": "nowhere"}))


def found(client: Any, words: str) -> list[Camera]:
    cameras: list[Camera] = client.get(CAMERAS, {"q": words}).context["cameras"]
    return cameras


def test_a_short_list_needs_no_search(camera: Camera, owner: User) -> None:
    assert "Search cameras" not in text(signed_in(owner).get(CAMERAS))


@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_more_cameras_take_no_more_queries(
    request: pytest.FixtureRequest, camera: Camera, viewer: User, who: str
) -> None:
    client = signed_in(request.getfixturevalue(who))
    with CaptureQueriesContext(connection) as few:
        client.get(CAMERAS)
    request.getfixturevalue("many")
    with CaptureQueriesContext(connection) as more:
        client.get(CAMERAS)
    assert len(more) == len(few)


def test_who_adds_a_camera_owns_it(stranger: User) -> None:
    data = {"name": "Garden", "location": "Behind", "visibility": Visibility.SIGNED_IN}
    response = signed_in(stranger).post(reverse("camera-add"), data)
    camera = Camera.objects.get()
    assert (camera.owner, camera.name, camera.location) == (stranger, "Garden", "Behind")
    assert camera.visibility == Visibility.SIGNED_IN
    assert response.headers["Location"] == reverse("viewer", args=["garden"])


@pytest.mark.parametrize(
    ("then", "path"),
    [("film", "/cameras/garden/capture/"), ("phone", "/cameras/garden/#add-phone")],
)
def test_who_adds_a_camera_goes_where_they_wanted(stranger: User, then: str, path: str) -> None:
    data = {"name": "Garden", "visibility": "private"}
    response = signed_in(stranger).post(f"{reverse('camera-add')}?then={then}", data)
    assert response.headers["Location"] == path


def test_a_camera_without_a_name_is_not_added(stranger: User) -> None:
    response = signed_in(stranger).post(reverse("camera-add"), {"visibility": "private"})
    assert "This field is required" in text(response)
    assert not Camera.objects.exists()


def test_a_camera_named_like_a_page_has_an_address_of_its_own(stranger: User) -> None:
    client = signed_in(stranger)
    client.post(reverse("camera-add"), {"name": "Add", "visibility": "private"})
    assert Camera.objects.get().slug == "add-2"
    assert client.get("/cameras/add-2/").context["camera"].name == "Add"
    assert "Add a camera" in text(client.get("/cameras/add/"))
