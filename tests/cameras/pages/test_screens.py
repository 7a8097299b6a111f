from __future__ import annotations

import re
from datetime import time, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from cameras.models import Camera, CameraGroup, ShareLink
from tests.cameras.pages.browser import signed_in, text

ADD = "/screens/add/"
HALL = {"name": "Hall TV", "days": "0"}


def address_in(response: Any) -> str:
    found = re.search(r'value="([^"]*/kiosk/#ssl_[^"]+)"', response.content.decode())
    assert found
    return found[1]


def test_a_screen_gets_a_link_of_its_own(doors: CameraGroup, owner: User) -> None:
    page = signed_in(owner).post(f"{ADD}?group=doors", HALL)
    link = ShareLink.objects.get()
    assert (link.name, link.group, link.kiosk, link.expires) == ("Hall TV", doors, True, None)
    assert link.dims_from is None
    assert ShareLink.find(address_in(page).partition("#")[2]) == link
    assert "<svg" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]


def test_a_screen_shows_all_cameras_dims_at_night_and_ends(camera: Camera, owner: User) -> None:
    given = {**HALL, "dims_from": "22:00", "dims_until": "06:30", "days": "7"}
    signed_in(owner).post(ADD, given)
    link = ShareLink.objects.get()
    assert (link.group, link.dims_from, link.dims_until) == (None, time(22), time(6, 30))
    assert link.expires is not None
    assert timedelta(days=6) < link.expires - timezone.now() < timedelta(days=8)


@pytest.mark.parametrize("missing", ["dims_from", "dims_until"])
def test_a_night_has_two_ends(camera: Camera, owner: User, missing: str) -> None:
    given = {**HALL, "dims_from": "22:00", "dims_until": "06:30", missing: ""}
    assert "Set both times" in text(signed_in(owner).post(ADD, given))
    assert not ShareLink.objects.exists()


def test_who_manages_no_camera_of_the_wall_is_told_so(
    doors: CameraGroup, viewer: User, owner: User
) -> None:
    page = signed_in(viewer).get(f"{ADD}?group=doors")
    assert "You don't manage any on this wall" in text(page)
    mine = Camera.objects.create(name="Shed", owner=viewer)
    doors.cameras.add(mine)
    assert "It shows the 1 camera of this wall" in text(signed_in(viewer).get(f"{ADD}?group=doors"))


def test_there_is_no_screen_of_a_wall_that_one_does_not_see(
    doors: CameraGroup, stranger: User
) -> None:
    response = signed_in(stranger).post(f"{ADD}?group=doors", HALL)
    assert response.status_code == HTTPStatus.NOT_FOUND


def test_there_are_as_many_as_is_allowed(camera: Camera, owner: User, settings: Any) -> None:
    settings.SKYSENTRY = {"LINKS_PER_PERSON": 1}
    client = signed_in(owner)
    client.post(ADD, HALL)
    refused = client.post(ADD, HALL)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "already has 1 share links" in text(refused)


def test_screens_are_listed_and_revoked_on_the_account_page(
    doors: CameraGroup, owner: User, stranger: User
) -> None:
    link, _ = ShareLink.issue(created_by=owner, name="Hall TV", group=doors, kiosk=True)
    other, _ = ShareLink.issue(created_by=owner, name="Neighbours", group=doors)
    page = text(signed_in(owner).get("/account/"))
    assert "Hall TV Doors" in page
    revoke = {"action": "revoke-screen", "id": str(link.pk)}
    for who in (stranger, owner):
        assert not ShareLink.objects.filter(revoked__isnull=False).exists()
        signed_in(who).post("/account/", revoke)
    link.refresh_from_db()
    other.refresh_from_db()
    assert link.revoked
    assert other.revoked is None
    assert "Hall TV" not in text(signed_in(owner).get("/account/"))
