"""Each page, for each of the cast."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from cameras.models import Camera, Grant, PublishKey, Role
from tests.cameras.pages.browser import signed_in

OF_EVERYBODY = ["cameras", "camera-add", "account", "password", "dashboard"]
OF_MANAGERS = ["camera-settings", "camera-delete"]
VERBS = ["get", "post", "put", "patch", "delete"]


def path(name: str, camera: Camera) -> str:
    return reverse(name, args=[camera.slug] if name in OF_MANAGERS else [])


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", [*OF_EVERYBODY, *OF_MANAGERS])
def test_who_has_not_signed_in_does_so_first(
    client: Client, camera: Camera, name: str, verb: str
) -> None:
    response = getattr(client, verb)(path(name, camera))
    assert response.headers["Location"] == f"{reverse('login')}?next={path(name, camera)}"
    assert Camera.objects.get() == camera


@pytest.mark.parametrize("name", OF_EVERYBODY)
def test_everybody_has_their_own_pages(camera: Camera, stranger: User, name: str) -> None:
    assert signed_in(stranger).get(path(name, camera)).status_code == HTTPStatus.OK


@pytest.mark.parametrize("name", OF_MANAGERS)
def test_managers_have_pages_of_the_camera(camera: Camera, owner: User, name: str) -> None:
    assert signed_in(owner).get(path(name, camera)).status_code == HTTPStatus.OK


@pytest.mark.parametrize("role", [None, Role.WATCH, Role.PUBLISH])
@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("name", OF_MANAGERS)
def test_to_others_there_are_no_such_pages(
    camera: Camera, stranger: User, name: str, verb: str, role: Role | None
) -> None:
    if role:
        Grant.objects.create(camera=camera, user=stranger, role=role)
    key, _ = PublishKey.issue(camera=camera, name="phone")
    client = signed_in(stranger)
    for action in ("save", "share", "unshare", "make-key", "revoke-key"):
        data = {"action": action, "id": key.pk, "name": "Mine", "key-name": "mine"}
        response = getattr(client, verb)(path(name, camera), data)
        assert response.status_code == HTTPStatus.NOT_FOUND
    key.refresh_from_db()
    assert (key.revoked, PublishKey.objects.count()) == (None, 1)


@pytest.mark.parametrize("name", ["camera-add", "camera-settings", "camera-delete", "account"])
def test_what_another_site_posts_is_refused(camera: Camera, owner: User, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post(path(name, camera), {"action": "make-key", "key-name": "x", "name": "x"})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert Camera.objects.get() == camera
    assert not PublishKey.objects.exists()


@pytest.mark.parametrize("name", ["camera-settings", "account"])
@pytest.mark.parametrize("action", ["", "explode"])
def test_an_action_that_there_is_not_is_refused(
    camera: Camera, owner: User, name: str, action: str
) -> None:
    response = signed_in(owner).post(path(name, camera), {"action": action})
    assert response.status_code == HTTPStatus.BAD_REQUEST
