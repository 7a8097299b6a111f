"""What a screen on a wall gets: its wall, and nothing else."""

from __future__ import annotations

from datetime import time
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cameras import shares
from cameras.models import Camera, CameraGroup, ShareLink
from streaming.pages.release import release
from tests.streaming.pages.test_shared import open_by
from tests.streaming.pages.test_views import page_data, text


@pytest.fixture
def doors(camera: Camera, owner: User) -> CameraGroup:
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    for number in (10, 9):
        group.cameras.add(Camera.objects.create(name=f"Gate {number}", owner=owner))
    return group


@pytest.fixture
def link(doors: CameraGroup, owner: User) -> tuple[ShareLink, str]:
    return ShareLink.issue(
        **{"name": "Hall TV", "group": doors, "created_by": owner, "kiosk": True},
        **{"dims_from": time(22), "dims_until": time(6, 30)},
    )


def wall_of(client: Client, link: tuple[ShareLink, str]) -> Any:
    return client.get(open_by(client, link[1]).json()["url"], follow=True)


def state_of(client: Client, link: ShareLink) -> Any:
    return client.get(f"/shared/{link.pk}/screen/state/")


def test_its_address_opens_without_knowing_anything(client: Client) -> None:
    page = client.get("/kiosk/")
    assert 'data-open="/shared/open/"' in text(page)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "private, no-store"


def test_it_shows_the_wall_and_no_way_out(client: Client, link: tuple[ShareLink, str]) -> None:
    page = wall_of(client, link)
    data = page_data(page, "wall-data")
    assert [each["name"] for each in data["cameras"]] == ["Gate 9", "Gate 10"]
    assert data["socket"] == f"/ws/shared/{link[0].pk}/"
    assert data["screen"]["dims"] == ["22:00", "06:30"]
    assert "<title>Doors · SkySentry</title>" in text(page)
    for name in ("Sign in", "/dashboard/", "/walls/", "Front door", "olga", 'class="bar"'):
        assert name not in text(page)
    assert page.headers["Cache-Control"] == "private, no-store"


def test_it_opens_no_camera_by_itself(client: Client, link: tuple[ShareLink, str]) -> None:
    wall_of(client, link)
    camera = client.get(f"/shared/{link[0].pk}/cameras/gate-9/")
    assert camera.status_code == HTTPStatus.GONE


def test_it_asks_for_its_state_and_stays_signed_in_by_that(
    client: Client, link: tuple[ShareLink, str]
) -> None:
    wall_of(client, link)
    before = shares.browser_of(link[0].pk, client.cookies[shares.PAGE_COOKIE].value)
    state = state_of(client, link[0])
    after = shares.browser_of(link[0].pk, state.cookies[shares.PAGE_COOKIE].value)
    assert before == after != ""
    assert state.json() == {"release": release(), "dims": ["22:00", "06:30"]}
    assert set(state.cookies) == {shares.PAGE_COOKIE, shares.SOCKET_COOKIE}


def test_without_hours_it_stays_bright(client: Client, owner: User, camera: Camera) -> None:
    link = ShareLink.issue(name="Hall TV", created_by=owner, kiosk=True)
    data = page_data(wall_of(client, link), "wall-data")
    assert data["screen"]["dims"] is None
    assert [each["name"] for each in data["cameras"]] == ["Front door"]


def test_a_revoked_one_is_told_so(client: Client, link: tuple[ShareLink, str]) -> None:
    wall_of(client, link)
    link[0].revoke()
    assert state_of(client, link[0]).status_code == HTTPStatus.GONE


def test_one_that_lost_its_cookie_opens_its_link_again_after_a_while(
    client: Client, link: tuple[ShareLink, str]
) -> None:
    page = client.get(f"/shared/{link[0].pk}/screen/")
    assert page.status_code == HTTPStatus.GONE
    assert 'data-open="/shared/open/" data-wait-s="10"' in text(page)
    assert state_of(client, link[0]).status_code == HTTPStatus.GONE


def test_other_links_are_no_screens(client: Client, owner: User, doors: CameraGroup) -> None:
    link, secret = ShareLink.issue(name="Neighbours", created_by=owner, group=doors)
    open_by(client, secret)
    assert client.get(f"/shared/{link.pk}/screen/").status_code == HTTPStatus.GONE
    assert state_of(client, link).status_code == HTTPStatus.GONE


def test_an_empty_wall_says_so(client: Client, owner: User) -> None:
    link = ShareLink.issue(name="Hall TV", created_by=owner, kiosk=True)
    assert "No cameras on this screen yet" in text(wall_of(client, link))
