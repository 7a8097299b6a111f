from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.urls import reverse

from cameras.models import Camera, Grant, Role, Visibility
from streaming.network import addresses


def page_data(response: Any, name: str) -> Any:
    """What the page's `json_script` of this name holds."""
    script = rf'<script id="{name}" type="application/json">(.*?)</script>'
    found = re.search(script, text(response))
    assert found
    return json.loads(found[1])


def text(response: Any) -> str:
    return str(response.content.decode())


def words(response: Any) -> str:
    """The page without its CSRF token, which is another one each time."""
    return re.sub(r'value="[^"]{64}"', "", text(response))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_wall_shows_what_one_may_watch(viewer: User, camera: Camera, owner: User) -> None:
    Camera.objects.create(name="Safe", owner=owner)
    response = signed_in(viewer).get(reverse("wall"))
    data = page_data(response, "wall-data")
    assert data["socket"] == "/ws/watch/"
    assert [each["slug"] for each in data["cameras"]] == [camera.slug]
    assert "Safe" not in text(response)


def test_the_wall_knows_what_one_may_do_with_a_camera_that_is_off(
    viewer: User, camera: Camera, owner: User
) -> None:
    def rights_of(user: User) -> list[bool]:
        data = page_data(signed_in(user).get(reverse("wall")), "wall-data")
        return [data["cameras"][0][right] for right in ("publishable", "manageable")]

    assert rights_of(viewer) == [False, False]
    assert rights_of(owner) == [True, True]
    Grant.objects.filter(user=viewer).update(role=Role.PUBLISH)
    assert rights_of(viewer) == [True, False]


@pytest.mark.usefixtures("valkey")
def test_whoever_sees_a_wall_may_ask_how_its_cameras_are(client: Client, camera: Camera) -> None:
    Camera.objects.update(visibility=Visibility.PUBLIC)
    data = page_data(client.get(reverse("wall")), "wall-data")
    [told] = client.get(data["stats"]).json()["cameras"]
    assert (told["camera"], told["state"]) == (camera.slug, "off")


def test_the_wall_of_a_visitor_shows_public_cameras(client: Client, camera: Camera) -> None:
    assert "Sign in" in text(client.get(reverse("wall")))
    assert camera.name not in text(client.get(reverse("wall")))
    camera.visibility = Visibility.PUBLIC
    camera.save()
    assert camera.name in text(client.get(reverse("wall")))


def test_an_empty_wall_says_how_to_fill_it(client: Client, stranger: User) -> None:
    page = text(signed_in(stranger).get(reverse("wall")))
    assert f"{reverse('camera-add')}?then=film" in page
    assert f"{reverse('camera-add')}?then=phone" in page
    assert "serve --demo" in page
    assert reverse("camera-add") not in text(client.get(reverse("wall")))


def test_the_viewer_page_knows_its_camera(
    viewer: User, camera: Camera, camera_facts: dict[str, Any]
) -> None:
    response = signed_in(viewer).get(reverse("viewer", args=[camera.slug]))
    assert page_data(response, "viewer-data")["camera"] == camera_facts
    assert reverse("capture", args=[camera.slug]) not in text(response)


def test_a_disabled_camera_says_so_and_is_not_waited_for(owner: User, camera: Camera) -> None:
    camera.enabled = False
    camera.save()
    page = text(signed_in(owner).get(reverse("viewer", args=[camera.slug])))
    assert "This camera is disabled" in page
    assert "js/pages/viewer/main.js" not in page


def test_who_may_film_is_shown_the_way(camera: Camera, viewer: User) -> None:
    Grant.objects.filter(user=viewer).update(role=Role.PUBLISH)
    client = signed_in(viewer)
    capture = reverse("capture", args=[camera.slug])
    assert capture in text(client.get(reverse("viewer", args=[camera.slug])))
    data = page_data(client.get(capture), "capture-data")
    assert data["socket"] == f"/ws/publish/{camera.pk}/"


@pytest.mark.parametrize("name", ["viewer", "capture"])
def test_what_one_may_not_see_is_not_there(name: str, camera: Camera, stranger: User) -> None:
    client = signed_in(stranger)
    response = client.get(reverse(name, args=[camera.slug]))
    nowhere = client.get(reverse(name, args=["nowhere"]))
    assert response.status_code == nowhere.status_code == HTTPStatus.NOT_FOUND
    assert words(response).replace(camera.slug, "nowhere") == words(nowhere)


def test_watching_alone_does_not_let_one_film(viewer: User, camera: Camera) -> None:
    response = signed_in(viewer).get(reverse("capture", args=[camera.slug]))
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_a_visitor_who_wants_to_film_signs_in_first(client: Client, camera: Camera) -> None:
    for slug in (camera.slug, "nowhere"):
        path = reverse("capture", args=[slug])
        assert client.get(path).headers["Location"] == f"{reverse('login')}?next={path}"


def test_names_are_harmless(owner: User) -> None:
    camera = Camera.objects.create(name='</script><b title="x">', owner=owner)
    client = signed_in(owner)
    for page in (reverse("wall"), reverse("viewer", args=[camera.slug])):
        assert camera.name not in text(client.get(page))


def test_signing_in_leads_to_the_wall(client: Client, owner: User) -> None:
    owner.set_password("correct horse")
    owner.save()
    wrong = client.post(reverse("login"), {"username": "olga", "password": "battery"})
    assert "don't match" in text(wrong)
    right = client.post(reverse("login"), {"username": "olga", "password": "correct horse"})
    assert right.headers["Location"] == reverse("wall")


def test_a_failing_page_has_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cameras.access.watchable_with_rights", lambda _: 1 / 0)
    client.raise_request_exception = False
    response = client.get(reverse("wall"))
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "Server error" in text(response)


def test_a_name_that_is_not_the_servers_says_where_names_are_set(client: Client) -> None:
    response = client.get(reverse("wall"), headers={"Host": "other.example"})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert "ALLOWED_HOSTS" in text(response)


def test_pages_know_the_ports_of_the_two_sockets(owner: User, camera: Camera) -> None:
    client = signed_in(owner)
    with override_settings(SKYSENTRY={"WEBSOCKET_PORT": 8001, "STREAMING_PORT": 8002}):
        film = client.get(reverse("capture", args=[camera.slug]), SERVER_PORT="8000")
        phone = client.get(reverse("phone"), SERVER_PORT="8000")
        wall = client.get(reverse("wall"), SERVER_PORT="8000")
        view = client.get(reverse("viewer", args=[camera.slug]), SERVER_PORT="8000")
    publish = f"ws://testserver:8001/ws/publish/{camera.pk}/"
    assert page_data(film, "capture-data")["socket"] == publish
    assert 'data-sockets="ws://testserver:8001/ws/publish/"' in text(phone)
    assert page_data(wall, "wall-data")["socket"] == "ws://testserver:8002/ws/watch/"
    assert page_data(view, "viewer-data")["socket"] == "ws://testserver:8002/ws/watch/"


def test_a_capture_page_sends_its_camera_to_the_server_that_is_set(
    owner: User, camera: Camera
) -> None:
    with override_settings(SKYSENTRY={"SIGNALING_URL": "wss://cameras.example"}):
        response = signed_in(owner).get(reverse("capture", args=[camera.slug]))
    socket = page_data(response, "capture-data")["socket"]
    assert socket == f"wss://cameras.example/ws/publish/{camera.pk}/"


@pytest.mark.parametrize(
    ("tls", "host", "secure"),
    [
        ({"TLS": True}, "192.168.7.6:8000", "https://192.168.7.6:8443"),
        ({"TLS": True, "TLS_PORT": 9443}, "localhost:8000", "https://192.168.7.5:9443"),
        ({}, "192.168.7.6:8000", ""),
    ],
)
def test_a_capture_page_knows_where_it_is_secure(
    owner: User,
    camera: Camera,
    settings,
    monkeypatch: pytest.MonkeyPatch,
    tls: dict[str, object],
    host: str,
    secure: str,
) -> None:
    monkeypatch.setattr(addresses, "_others", lambda _host: ["192.168.7.5", "192.168.7.6"])
    settings.ALLOWED_HOSTS = ["localhost", "192.168.7.6"]
    settings.SKYSENTRY = tls
    path = reverse("capture", args=[camera.slug])
    response = signed_in(owner).get(path, headers={"Host": host})
    assert page_data(response, "capture-data")["secure"] == (secure and f"{secure}{path}")


def test_a_disabled_camera_is_said_to_be_to_who_manages_it(
    owner: User, viewer: User, camera: Camera
) -> None:
    Camera.objects.update(enabled=False)
    capture = reverse("capture", args=[camera.slug])
    page = signed_in(owner).get(capture, follow=True)
    assert "disabled" in text(page)
    assert "add-phone" not in text(page)
    assert reverse("camera-settings", args=[camera.slug]) in text(page)
    assert signed_in(viewer).get(capture).status_code == HTTPStatus.NOT_FOUND


def offered(page: str, name: str) -> list[tuple[str, str]]:
    """Values and names of a list on a page."""
    found = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    assert found
    return re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', found[0])


@pytest.mark.parametrize(
    ("here", "in_settings"),
    [("resolution", "resolution"), ("frame-rate", "frame_rate"), ("quality", "quality_level")],
)
def test_a_camera_is_set_by_the_same_lists_everywhere(
    owner: User, camera: Camera, here: str, in_settings: str
) -> None:
    client = signed_in(owner)
    settings = text(client.get(reverse("camera-settings", args=[camera.slug])))
    listed = offered(settings, in_settings)
    assert len(listed) >= 4
    for page in (reverse("capture", args=[camera.slug]), reverse("phone")):
        assert offered(text(client.get(page)), here) == listed


def history(camera: Camera) -> str:
    return reverse("camera-history", args=[camera.slug])


@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_the_history_of_a_camera_is_for_who_may_watch_it(
    camera: Camera, people: dict[str, Any], who: str
) -> None:
    page = text(signed_in(people[who]).get(history(camera)))
    assert f'data-history="{reverse("api-camera-history", args=[camera.slug])}"' in page
    assert ("Publisher" in page) == (reverse("camera-settings", args=[camera.slug]) in page)
    assert ("Publisher" in page) == (who == "owner")


def test_others_are_told_that_there_is_no_such_camera(camera: Camera, stranger: User) -> None:
    assert signed_in(stranger).get(history(camera)).status_code == HTTPStatus.NOT_FOUND
    response = Client().get(history(camera))
    assert response["Location"] == f"{reverse('login')}?next={history(camera)}"


def test_a_former_address_leads_to_the_history(camera: Camera, owner: User) -> None:
    before = history(camera)
    camera.slug = "back-door"
    camera.save()
    assert signed_in(owner).get(before)["Location"] == history(camera)


def test_the_system_is_on_the_dashboard_of_staff(owner: User, superuser: User) -> None:
    assert "data-system" in text(signed_in(superuser).get(reverse("dashboard")))
    assert "data-system" not in text(signed_in(owner).get(reverse("dashboard")))


def test_a_script_knows_the_form_that_signs_out(viewer: User) -> None:
    """Beside that of the languages, in the same menu."""
    page = text(signed_in(viewer).get("/"))
    assert re.findall(r'<form action="([^"]*)"[^>]* data-sign-out>', page) == [reverse("logout")]
