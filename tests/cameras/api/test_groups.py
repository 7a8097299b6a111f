from __future__ import annotations

import pytest

from cameras.models import Camera, CameraGroup, Visibility

LIST = "/api/groups/"
DOORS = "/api/groups/doors/"


@pytest.fixture
def doors(camera, owner):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    group.cameras.add(camera, Camera.objects.create(name="Cellar door", owner=owner))
    return group


def test_a_group_is_shown_with_all_its_facts(api, sign_in, doors, owner):
    sign_in(owner)
    shown = api.get(DOORS).json()
    assert shown.pop("created")
    assert shown == {
        "url": "http://testserver/api/groups/doors/",
        "slug": "doors",
        "name": "Doors",
        "owner": "olga",
        "manageable": True,
        "cameras": ["cellar-door", "front-door"],
    }


def test_others_see_only_the_cameras_that_they_may_watch(api, sign_in, doors, viewer):
    sign_in(viewer)
    [shown] = api.get(LIST).json()["results"]
    assert (shown["manageable"], shown["cameras"]) == (False, ["front-door"])


def test_a_stranger_and_a_visitor_see_none(api, sign_in, doors, stranger):
    assert api.get(LIST).json()["results"] == []
    sign_in(stranger)
    assert api.get(LIST).json()["results"] == []
    assert api.get(DOORS).status_code == 404


def test_a_group_is_made_by_slugs_and_ids(api, sign_in, camera, owner):
    cellar = Camera.objects.create(name="Cellar", owner=owner)
    sign_in(owner)
    made = api.post(
        LIST, {"name": "Home", "cameras": ["front-door", str(cellar.pk)]}, format="json"
    )
    assert made.status_code == 201
    assert (made.json()["slug"], made.json()["manageable"]) == ("home", True)
    assert made.json()["cameras"] == ["cellar", "front-door"]
    assert CameraGroup.objects.get().owner == owner


def test_only_the_signed_in_make_groups(api):
    assert api.post(LIST, {"name": "Home"}, format="json").status_code == 401


def test_a_group_is_renamed_without_a_change_of_its_cameras(api, sign_in, doors, owner):
    sign_in(owner)
    changed = api.patch(DOORS, {"name": "Entrances", "slug": "x"}, format="json").json()
    assert (changed["name"], changed["slug"], len(changed["cameras"])) == ("Entrances", "doors", 2)


def test_a_group_is_filled_anew(api, sign_in, doors, owner):
    sign_in(owner)
    changed = api.patch(DOORS, {"cameras": ["cellar-door"]}, format="json").json()
    assert changed["cameras"] == ["cellar-door"]
    assert api.patch(DOORS, {"cameras": []}, format="json").json()["cameras"] == []


@pytest.mark.parametrize("cameras", [["nowhere"], [""], ["x" * 61], [7, {}], "front-door", None])
def test_cameras_that_are_none_are_refused(api, sign_in, doors, owner, cameras):
    sign_in(owner)
    assert api.patch(DOORS, {"cameras": cameras}, format="json").status_code == 400
    assert doors.cameras.count() == 2


def test_nobody_learns_of_a_camera_by_putting_it_into_a_group(api, sign_in, doors, stranger):
    sign_in(stranger)
    said = [
        api.post(LIST, {"name": "Mine", "cameras": [slug]}, format="json")
        .content.decode()
        .replace(slug, "")
        for slug in ("front-door", "nowhere")
    ]
    assert said[0] == said[1]
    assert not CameraGroup.objects.filter(owner=stranger).exists()


def test_who_only_sees_it_changes_nothing(api, sign_in, doors, viewer):
    sign_in(viewer)
    assert api.patch(DOORS, {"name": "Mine"}, format="json").status_code == 403
    assert api.delete(DOORS).status_code == 403


def test_a_deleted_group_leaves_its_cameras(api, sign_in, doors, owner):
    sign_in(owner)
    assert api.delete(DOORS).status_code == 204
    assert Camera.objects.count() == 2


def test_visitors_see_a_group_with_a_public_camera(api, doors):
    Camera.objects.filter(slug="front-door").update(visibility=Visibility.PUBLIC)
    [shown] = api.get(LIST).json()["results"]
    assert shown["cameras"] == ["front-door"]


def test_cameras_are_filtered_by_group(api, sign_in, doors, owner, stranger):
    Camera.objects.create(name="Attic", owner=owner, visibility=Visibility.SIGNED_IN)
    sign_in(owner)
    shown = api.get("/api/cameras/?group=doors").json()["results"]
    assert [camera["slug"] for camera in shown] == ["cellar-door", "front-door"]
    sign_in(stranger)
    assert api.get("/api/cameras/?group=doors").json()["results"] == []
