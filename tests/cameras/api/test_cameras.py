from __future__ import annotations

import pytest

from cameras.models import Camera, Grant, Role, Visibility

LIST = "/api/cameras/"
FRONT_DOOR = "/api/cameras/front-door/"


def slugs(response):
    return [shown["slug"] for shown in response.json()["results"]]


# Seeing


def test_a_camera_is_shown_with_all_its_facts(api, sign_in, camera, owner):
    sign_in(owner)
    shown = api.get(FRONT_DOOR).json()
    assert shown.pop("created")
    assert shown == {
        "url": "http://testserver/api/cameras/front-door/",
        "id": str(camera.pk),
        "slug": "front-door",
        "name": "Front door",
        "location": "",
        "notes": "",
        "owner": "olga",
        "manageable": True,
        "publishable": True,
        "enabled": True,
        "visibility": "private",
        "width": 1280,
        "height": 720,
        "frame_rate": 30,
        "quality": 0.7,
        "delivery": "resilient",
        "codec": "auto",
    }


def test_notes_are_for_managers(api, sign_in, camera, viewer):
    sign_in(viewer)
    shown = api.get(FRONT_DOOR).json()
    assert "notes" not in shown
    assert shown["manageable"] is False


@pytest.mark.parametrize(
    ("who", "seen"), [("owner", ["front-door", "garden"]), ("viewer", ["front-door"])]
)
def test_the_list_holds_what_one_may_watch(api, sign_in, camera, who, seen, request):
    person = request.getfixturevalue(who)
    Camera.objects.create(name="Garden", owner=camera.owner)
    sign_in(person)
    assert slugs(api.get(LIST)) == seen


def test_anonymous_visitors_see_the_public_cameras(api, camera):
    Camera.objects.create(name="Garden", owner=camera.owner, visibility=Visibility.PUBLIC)
    assert slugs(api.get(LIST)) == ["garden"]
    assert api.get("/api/cameras/garden/").status_code == 200
    assert api.get(FRONT_DOOR).status_code == 404


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_its_id_and_former_slugs_find_a_camera(api, sign_in, camera, who, request):
    camera.slug = "porch"
    camera.save()
    sign_in(request.getfixturevalue(who))
    found = [api.get(f"/api/cameras/{each}/") for each in ("porch", "front-door", camera.pk)]
    if who == "owner":
        assert [each.json()["slug"] for each in found] == 3 * ["porch"]
    else:
        assert [each.status_code for each in found] == 3 * [404]


def test_a_camera_is_changed_at_its_former_address(api, sign_in, camera, owner):
    camera.slug = "porch"
    camera.save()
    sign_in(owner)
    changed = api.patch(FRONT_DOOR, {"name": "Porch"}, content_type="application/json")
    assert changed.json()["name"] == "Porch"


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_what_one_may_not_see_is_not_found(api, sign_in, camera, stranger, method):
    sign_in(stranger)
    assert getattr(api, method)(FRONT_DOOR).status_code == 404
    assert Camera.objects.exists()


def test_a_disabled_camera_is_found_by_its_managers_alone(api, sign_in, camera, owner, viewer):
    Camera.objects.update(enabled=False)
    sign_in(owner)
    assert api.get(FRONT_DOOR).json()["enabled"] is False
    sign_in(viewer)
    assert api.get(FRONT_DOOR).status_code == 404


@pytest.mark.parametrize("slug", ["%00", "..", "%ff", "front door", "x" * 500])
def test_a_strange_slug_is_not_found(api, camera, slug):
    assert api.get(f"/api/cameras/{slug}/").status_code == 404


@pytest.mark.parametrize("cameras", [1, 40])
def test_a_list_of_any_length_costs_two_queries(client, owner, cameras, django_assert_num_queries):
    for _ in range(cameras):
        Camera.objects.create(name="Garden", owner=owner)
    client.force_login(owner)
    # Beside the session and its user: how many there are, and the page.
    with django_assert_num_queries(2 + 2):
        assert len(slugs(client.get(LIST))) == cameras


# Changing


def test_whoever_makes_a_camera_owns_it(api, sign_in, stranger):
    sign_in(stranger)
    response = api.post(LIST, {"name": "Garden", "notes": "by the shed"})
    assert response.status_code == 201
    assert response["Location"] == "http://testserver/api/cameras/garden/"
    made = response.json()
    assert (made["slug"], made["owner"], made["notes"]) == ("garden", "sam", "by the shed")
    assert made["enabled"] is True
    assert Camera.objects.get().owner == stranger


def test_owner_and_slug_are_not_for_the_client_to_say(api, sign_in, stranger, owner):
    sign_in(stranger)
    made = api.post(LIST, {"name": "Garden", "owner": "olga", "slug": "mine"}).json()
    assert (made["slug"], made["owner"]) == ("garden", "sam")


def test_anonymous_visitors_make_nothing(api, db):
    response = api.post(LIST, {"name": "Garden"})
    assert response.status_code == 401
    assert not Camera.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("width", 1921),
        ("height", 0),
        ("frame_rate", 31),
        ("quality", 0),
        ("quality", "nan"),
        ("visibility", "friends"),
        ("delivery", "pigeon"),
        ("codec", "mpeg1"),
        ("enabled", "perhaps"),
        ("location", "\x00"),
    ],
)
def test_a_wrong_value_is_refused_by_name(api, sign_in, camera, owner, field, value):
    sign_in(owner)
    response = api.patch(FRONT_DOOR, {field: value}, format="json")
    assert response.status_code == 400
    assert {error["pointer"] for error in response.json()["errors"]} == {f"#/{field}"}


def test_a_manager_changes_one_thing_and_the_rest_stays(api, sign_in, camera, stranger):
    Grant.objects.create(camera=camera, user=stranger, role=Role.MANAGE)
    sign_in(stranger)
    response = api.patch(FRONT_DOOR, {"enabled": False}, format="json")
    assert response.status_code == 200
    assert response.json()["enabled"] is False
    camera.refresh_from_db()
    assert (camera.enabled, camera.name) == (False, "Front door")


def test_a_manager_deletes_a_camera(api, sign_in, camera, owner):
    sign_in(owner)
    assert api.delete(FRONT_DOOR).status_code == 204
    assert not Camera.objects.exists()


@pytest.mark.parametrize("method", ["patch", "delete"])
@pytest.mark.parametrize("role", [Role.WATCH, Role.PUBLISH])
def test_who_sees_but_does_not_manage_is_refused(api, sign_in, camera, stranger, method, role):
    Grant.objects.create(camera=camera, user=stranger, role=role)
    sign_in(stranger)
    assert getattr(api, method)(FRONT_DOOR, {"name": "Mine"}).status_code == 403
    camera.refresh_from_db()
    assert camera.name == "Front door"


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_anonymous_visitors_change_nothing(api, camera, method):
    Camera.objects.update(visibility=Visibility.PUBLIC)
    assert getattr(api, method)(FRONT_DOOR, {"name": "Mine"}).status_code == 401


def test_a_camera_is_never_replaced_as_a_whole(api, sign_in, camera, owner):
    sign_in(owner)
    assert api.put(FRONT_DOOR, {"name": "Mine"}).status_code == 405
