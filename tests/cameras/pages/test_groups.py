from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from cameras.models import Camera, CameraGroup, Grant, Role, Visibility
from cameras.pages.views import SEARCHABLE_FROM
from tests.cameras.pages.browser import signed_in, text

ADD = "/groups/add/"
SETTINGS = "/groups/doors/settings/"
DELETE = "/groups/doors/delete/"


def names(group: CameraGroup) -> list[str]:
    return [camera.name for camera in group.cameras.all()]


def ticked(response: Any) -> int:
    return int(response.content.decode().count(" checked>"))


# Making and changing one


def test_a_new_group_leads_to_its_wall(camera: Camera, owner: User) -> None:
    made = signed_in(owner).post(ADD, {"name": "Doors", "cameras": [camera.pk]})
    assert made.headers["Location"] == "/walls/doors/"
    group = CameraGroup.objects.get()
    assert (group.owner, names(group)) == (owner, ["Front door"])


def test_a_new_group_may_begin_with_a_camera(camera: Camera, owner: User, stranger: User) -> None:
    assert ticked(signed_in(owner).get(f"{ADD}?camera=front-door")) == 1
    assert ticked(signed_in(owner).get(ADD)) == 0
    assert ticked(signed_in(stranger).get(f"{ADD}?camera=front-door")) == 0


def test_mistakes_keep_what_was_chosen(camera: Camera, owner: User) -> None:
    page = signed_in(owner).post(ADD, {"name": "", "cameras": [camera.pk]})
    assert ticked(page) == 1
    assert "This field is required" in text(page)


def test_a_group_is_renamed_and_filled(doors: CameraGroup, owner: User) -> None:
    cellar = Camera.objects.create(name="Cellar", owner=owner)
    page = signed_in(owner).post(
        SETTINGS, {"name": "Entrances", "cameras": [cellar.pk]}, follow=True
    )
    assert "Saved." in text(page)
    doors.refresh_from_db()
    assert (doors.name, names(doors), doors.slug) == ("Entrances", ["Cellar"], "doors")


def test_cameras_that_one_may_not_watch_cannot_be_chosen(camera: Camera, stranger: User) -> None:
    page = signed_in(stranger).post(ADD, {"name": "Mine", "cameras": [camera.pk]})
    assert page.status_code == HTTPStatus.OK
    assert not CameraGroup.objects.exists()
    assert "Front door" not in text(signed_in(stranger).get(ADD))


def test_many_cameras_are_listed_in_natural_order_and_can_be_searched(owner: User) -> None:
    for number in range(SEARCHABLE_FROM, 0, -1):
        Camera.objects.create(name=f"Gate {number + 2}", owner=owner)
    page = signed_in(owner).get(ADD)
    assert text(page).index("Gate 3") < text(page).index("Gate 11")
    assert 'data-part="search"' in page.content.decode()


def test_a_group_is_deleted_without_its_cameras(doors: CameraGroup, owner: User) -> None:
    client = signed_in(owner)
    assert "Delete Doors?" in text(client.get(DELETE))
    assert "Group “Doors” deleted." in text(client.post(DELETE, follow=True))
    assert not CameraGroup.objects.exists()
    assert Camera.objects.count() == 1


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("path", [SETTINGS, DELETE])
def test_for_others_there_are_no_such_pages(
    doors: CameraGroup, viewer: User, path: str, verb: str
) -> None:
    response = getattr(signed_in(viewer), verb)(path, {"name": "Mine"})
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert CameraGroup.objects.get().name == "Doors"


@pytest.mark.parametrize("path", [ADD, SETTINGS, DELETE])
def test_who_has_not_signed_in_does_so_first(client: Any, doors: CameraGroup, path: str) -> None:
    assert client.post(path).headers["Location"] == f"{reverse('login')}?next={path}"


# Elsewhere


def test_the_list_of_cameras_is_filtered_by_group(doors: CameraGroup, owner: User) -> None:
    Camera.objects.create(name="Cellar", owner=owner)
    client = signed_in(owner)
    assert "Cellar" in text(client.get("/cameras/"))
    page = client.get("/cameras/?group=doors")
    assert "Front door" in text(page)
    assert "Cellar" not in text(page)
    assert SETTINGS in page.content.decode()
    assert "Cellar" in text(client.get("/cameras/?group=nowhere"))


def test_the_list_offers_the_groups_that_one_sees(
    doors: CameraGroup, viewer: User, stranger: User
) -> None:
    seen = signed_in(viewer).get("/cameras/?group=doors")
    assert "/walls/doors/" in seen.content.decode()
    assert SETTINGS not in seen.content.decode()
    assert "Doors" not in text(signed_in(stranger).get("/cameras/?group=doors"))


def test_an_empty_group_says_so(owner: User) -> None:
    CameraGroup.objects.create(name="Doors", owner=owner)
    assert "No cameras in this group yet" in text(signed_in(owner).get("/cameras/?group=doors"))


def test_the_list_has_a_natural_order(owner: User) -> None:
    for number in (10, 2):
        Camera.objects.create(name=f"Gate {number}", owner=owner)
    page = text(signed_in(owner).get("/cameras/"))
    assert page.index("Gate 2") < page.index("Gate 10")


def test_a_cameras_settings_name_its_groups(
    doors: CameraGroup, camera: Camera, owner: User, stranger: User
) -> None:
    favourites = CameraGroup.objects.create(name="Favourites", owner=stranger)
    Camera.objects.update(visibility=Visibility.PUBLIC)
    favourites.cameras.add(camera)
    page = signed_in(owner).get("/cameras/front-door/settings/")
    assert SETTINGS in page.content.decode()
    assert "/groups/add/?camera=front-door" in page.content.decode()
    assert "Favourites" not in text(page)
    Grant.objects.create(camera=camera, user=stranger, role=Role.MANAGE)
    theirs = signed_in(stranger).get("/cameras/front-door/settings/").content.decode()
    assert "/groups/favourites/settings/" in theirs
    assert "/walls/doors/" in theirs
    assert SETTINGS not in theirs
