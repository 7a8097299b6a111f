"""The pages of share links, as people see them who have no account."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cameras import shares
from cameras.models import Camera, CameraGroup, ShareLink
from streaming.pages.content_policy import HEADER
from tests.streaming.pages.test_views import page_data, signed_in, text

OPEN = "/shared/open/"
ORIGIN = {"Origin": "http://testserver"}


@pytest.fixture
def link(camera: Camera, owner: User) -> tuple[ShareLink, str]:
    return ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")


def open_by(client: Client, secret: str, **headers: str) -> Any:
    return client.post(OPEN, {"secret": secret}, headers={**ORIGIN, **headers})


def page_of(link: ShareLink) -> str:
    return reverse("shared-link", args=[link.pk])


def test_who_opens_a_link_sees_its_camera_and_nothing_else(
    client: Client, link: tuple[ShareLink, str], owner: User
) -> None:
    Camera.objects.create(name="Safe", owner=owner)
    url = open_by(client, link[1]).json()["url"]
    response = client.get(url, follow=True)
    data = page_data(response, "viewer-data")
    assert data["camera"]["name"] == "Front door"
    assert data["socket"] == f"/ws/shared/{link[0].pk}/"
    assert data["api"] == f"/shared/{link[0].pk}/api/cameras/"
    for name in ("Safe", "olga", reverse("login"), reverse("dashboard"), "Settings"):
        assert name not in text(response)


def test_a_link_to_a_group_is_a_wall(client: Client, owner: User, camera: Camera) -> None:
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    group.cameras.add(camera)
    link, secret = ShareLink.issue(group=group, created_by=owner, name="Guards")
    response = client.get(open_by(client, secret).json()["url"])
    data = page_data(response, "wall-data")
    assert [each["slug"] for each in data["cameras"]] == ["front-door"]
    page = f"/shared/{link.pk}/cameras/front-door/"
    assert f'href="{page}"' in text(response)
    assert data["page"].replace("SLUG", "front-door") == page
    assert client.get(page).status_code == HTTPStatus.OK


def test_the_cookies_are_for_the_paths_of_one_link(
    client: Client, link: tuple[ShareLink, str]
) -> None:
    cookies = open_by(client, link[1]).cookies
    paths = {name: cookie["path"] for name, cookie in cookies.items()}
    assert paths == {
        shares.PAGE_COOKIE: f"/shared/{link[0].pk}/",
        shares.SOCKET_COOKIE: f"/ws/shared/{link[0].pk}/",
    }
    for cookie in cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert link[1] not in cookie.value


def test_a_cookie_lasts_no_longer_than_its_link(client: Client, owner: User) -> None:
    expires = timezone.now() + timedelta(minutes=5)
    _, secret = ShareLink.issue(created_by=owner, name="Party", expires=expires)
    assert open_by(client, secret).cookies[shares.PAGE_COOKIE]["max-age"] <= 300


def test_several_links_work_in_one_browser(
    client: Client, link: tuple[ShareLink, str], owner: User
) -> None:
    garden = Camera.objects.create(name="Garden", owner=owner)
    other, secret = ShareLink.issue(camera=garden, created_by=owner, name="Gardener")
    for each in (link[1], secret):
        open_by(client, each)
    # The test client sends each cookie everywhere, and the last one of a name wins.
    assert "Garden" in text(client.get(page_of(other), follow=True))
    assert client.get(page_of(link[0])).status_code == HTTPStatus.GONE


def test_a_link_neither_adds_to_what_a_person_may_nor_takes_from_it(
    link: tuple[ShareLink, str], stranger: User, owner: User
) -> None:
    for who, expected in ((stranger, HTTPStatus.NOT_FOUND), (owner, HTTPStatus.OK)):
        client = signed_in(who)
        open_by(client, link[1])
        assert client.get(reverse("viewer", args=["front-door"])).status_code == expected
        shared = text(client.get(page_of(link[0]), follow=True))
        assert "Front door" in shared
        assert reverse("camera-settings", args=["front-door"]) not in shared


@pytest.mark.parametrize("end", ["revoked", "expires"])
def test_a_link_that_has_ended_opens_nothing(
    client: Client, link: tuple[ShareLink, str], end: str
) -> None:
    open_by(client, link[1])
    ShareLink.objects.update(**{end: timezone.now()})
    assert open_by(client, link[1]).status_code == HTTPStatus.GONE
    for page in (page_of(link[0]), f"{page_of(link[0])}cameras/front-door/"):
        response = client.get(page)
        assert response.status_code == HTTPStatus.GONE
        assert "Front door" not in text(response)


def test_who_has_not_opened_it_hears_the_same_of_a_link_and_of_none(
    client: Client, link: tuple[ShareLink, str]
) -> None:
    nowhere = client.get(page_of(ShareLink()))
    assert client.get(page_of(link[0])).content == nowhere.content
    assert nowhere.status_code == HTTPStatus.GONE


def test_other_sites_open_no_link(client: Client, link: tuple[ShareLink, str]) -> None:
    for origin in ("https://evil.example", ""):
        assert open_by(client, link[1], Origin=origin).status_code == HTTPStatus.FORBIDDEN


def test_nothing_keeps_these_pages_or_tells_their_address(
    client: Client, link: tuple[ShareLink, str]
) -> None:
    opened = open_by(client, link[1])
    page = client.get(f"{page_of(link[0])}cameras/front-door/")
    for response in (client.get("/shared/"), opened, page, client.get(page_of(ShareLink()))):
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"


# In pages of other sites


def ancestors(response: Any) -> str:
    """Whose pages may embed this one."""
    policy = dict(part.split(" ", 1) for part in response[HEADER].split("; "))
    return str(policy["frame-ancestors"])


@pytest.fixture
def embedded(link: tuple[ShareLink, str]) -> str:
    """The page of a link that two sites may embed."""
    ShareLink.objects.update(origins=["https://a.example", "https://b.example:8443"])
    return reverse("shared-embed", args=[link[0].pk])


def test_the_named_sites_embed_it_and_nobody_else(
    client: Client, link: tuple[ShareLink, str], embedded: str
) -> None:
    shell = client.get(embedded)
    assert "Front door" not in text(shell)
    open_by(client, link[1])
    wall = client.get(embedded)
    assert page_data(wall, "wall-data")["socket"] == f"/ws/shared/{link[0].pk}/"
    link[0].revoke()
    ended = client.get(embedded)
    assert ended.status_code == HTTPStatus.GONE
    for page in (shell, wall, ended):
        assert ancestors(page) == "https://a.example https://b.example:8443"
        assert "X-Frame-Options" not in page
    for other in (page_of(link[0]), "/shared/"):
        assert ancestors(client.get(other)) == "'none'"


def test_a_link_that_names_no_site_is_embedded_nowhere(
    client: Client, link: tuple[ShareLink, str]
) -> None:
    for pk in (link[0].pk, ShareLink().pk):
        assert ancestors(client.get(reverse("shared-embed", args=[pk]))) == "'none'"


def test_the_cookies_of_a_frame_are_sent_in_frames_of_that_site_alone(
    client: Client, link: tuple[ShareLink, str], embedded: str
) -> None:
    opened = client.post(OPEN, {"secret": link[1], "embedded": "1"}, headers=ORIGIN)
    for cookie in opened.cookies.values():
        assert cookie["samesite"] == "None"
        assert cookie["secure"]
        assert "Partitioned" in cookie.OutputString()
    assert "Partitioned" not in open_by(client, link[1]).cookies.output()
