from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cameras import access
from cameras.models import Camera, CameraGroup, ShareLink
from tests.cameras.pages.browser import signed_in

OF_CAMERA = "/links/?camera=front-door"


@pytest.fixture
def owners(owner: User, camera: Camera) -> Client:
    return signed_in(owner)


def test_a_link_is_made_at_one_press(owners: Client, camera: Camera) -> None:
    made = owners.post(OF_CAMERA).json()
    url, _, secret = made["url"].partition("#")
    assert url == "http://testserver/shared/"
    link = ShareLink.find(secret)
    assert link is not None
    assert (link.camera, link.name, link.expires, link.max_viewers) == (camera, "Link", None, None)
    assert made["svg"].startswith("<svg")
    assert f'data-revoke="{made["revoke"]}"' in made["html"]
    assert made["embed"] == ""
    assert "Link" in made["html"]
    listed = owners.get(OF_CAMERA).json()["html"]
    assert secret not in listed
    assert str(link.pk) in listed


def test_links_without_a_note_are_told_apart(owners: Client) -> None:
    for _ in range(2):
        owners.post(OF_CAMERA)
    assert {link.name for link in ShareLink.objects.all()} == {"Link", "Link 2"}


def test_sites_get_a_frame(owners: Client) -> None:
    made = owners.post(OF_CAMERA, {"link-origins": "https://Example.org/\nhttps://b.example"})
    link = ShareLink.objects.get()
    assert link.origins == ["https://example.org", "https://b.example"]
    assert made.json()["embed"].startswith(f"http://testserver/shared/{link.pk}/embed/#ssl_")


def test_walls_are_shared_too(owners: Client, owner: User) -> None:
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    owners.post("/links/?group=doors")
    owners.post("/links/")
    assert {(link.camera, link.group) for link in ShareLink.objects.all()} == {
        (None, group),
        (None, None),
    }
    assert owners.get("/links/").json()["html"].count("<li") == 1


def test_mistakes_are_said(owners: Client) -> None:
    refused = owners.post(OF_CAMERA, {"link-max_viewers": "none"})
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert refused.json()["message"] == "Enter a whole number."


def test_too_many_are_refused(owners: Client, settings) -> None:
    settings.SKYSENTRY = {"LINKS_PER_PERSON": 1}
    owners.post(OF_CAMERA)
    refused = owners.post(OF_CAMERA)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "already has 1 share links" in refused.json()["message"]


def test_nobody_shares_what_they_only_watch(viewer: User, client: Client, camera: Camera) -> None:
    for url in (OF_CAMERA, "/links/?group=doors", "/links/"):
        assert signed_in(viewer).post(url).status_code == HTTPStatus.NOT_FOUND
        assert client.post(url).status_code == HTTPStatus.FOUND
    assert not ShareLink.objects.exists()


def test_links_are_revoked_by_who_made_them_or_manages_the_camera(
    owner: User, superuser: User, viewer: User, camera: Camera
) -> None:
    for who in (owner, superuser):
        link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
        url = f"/links/{link.pk}/revoke/"
        assert signed_in(viewer).post(url).status_code == HTTPStatus.NOT_FOUND
        assert signed_in(who).post(url).status_code == HTTPStatus.NO_CONTENT
        assert access.share_link(link.pk) is None
