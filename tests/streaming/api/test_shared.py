from __future__ import annotations

import pytest
from django.test import Client

from cameras import shares
from cameras.models import Camera, ShareLink
from tests.streaming.frames import PICTURE, frame

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


@pytest.fixture
def link(camera, owner):
    link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    return link


@pytest.fixture
def visitor(link):
    """A browser that has opened the link."""
    client = Client()
    client.cookies[shares.PAGE_COOKIE] = shares.cookie_value(link)
    return client


def address(link, what=""):
    return f"/shared/{link.pk}/api/cameras/{what}"


def test_who_opened_a_link_gets_single_pictures(visitor, link, show, camera):
    show(camera, frame(7, 5), session=7)
    response = visitor.get(address(link, f"{camera.pk}/latest.jpg"))
    assert response.content == PICTURE
    assert visitor.get(address(link, "front-door/stats/")).json()["state"] == "live"


def test_the_list_holds_what_the_link_shows(visitor, link, owner, camera):
    Camera.objects.create(name="Public", owner=owner, visibility="public")
    listed = visitor.get(address(link)).json()
    assert listed["next"] is None
    [found] = listed["results"]
    assert (found["id"], found["name"]) == (str(camera.pk), "Front door")
    assert not found["publishable"]
    assert not found["manageable"]


@pytest.mark.parametrize("what", ["", "front-door/latest.jpg", "front-door/stats/"])
def test_nobody_else_gets_anything(visitor, link, what, owner, show, camera):
    show(camera, frame(7, 5), session=7)
    signed_in = Client()
    signed_in.force_login(owner)
    assert signed_in.get(address(link, what)).status_code == 404
    link.revoke()
    assert visitor.get(address(link, what)).status_code == 404


def test_another_camera_is_not_there(visitor, link, owner):
    Camera.objects.create(name="Public", owner=owner, visibility="public")
    for what in ("latest.jpg", "stats/", "stream.mjpg"):
        assert visitor.get(address(link, f"public/{what}")).status_code == 404


def test_as_many_read_pictures_as_the_link_allows(visitor, link, show, camera):
    ShareLink.objects.update(max_viewers=1)
    show(camera, frame(7, 5), session=7)
    picture = address(link, "front-door/latest.jpg")
    # One browser, wherever it is.
    for number in range(2):
        assert visitor.get(picture, REMOTE_ADDR=f"192.0.2.{number}").status_code == 200
    # Another one at the same address.
    neighbour = Client(REMOTE_ADDR="192.0.2.1")
    neighbour.cookies[shares.PAGE_COOKIE] = shares.cookie_value(link)
    full = neighbour.get(picture)
    assert full.status_code == 503
    assert int(full["Retry-After"]) > 0
    assert "This link has reached its viewer limit" in full.json()["detail"]
