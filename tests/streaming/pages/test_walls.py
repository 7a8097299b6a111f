from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cameras.models import Camera, CameraGroup, Visibility, WallArrangement
from tests.streaming.pages.test_views import page_data, signed_in, text

DOORS = "/walls/doors/"
SAVE, SAVE_DOORS = "/arrangement/", "/walls/doors/arrangement/"
#: What the client sends, all of it and nothing else.
ALL = {
    "order": [str(uuid4()), str(uuid4())],
    "live_first": True,
    "layout": "focus",
    "fold_off": True,
    "follow": True,
    "sound": True,
}


@pytest.fixture
def doors(camera: Camera, owner: User) -> CameraGroup:
    group = CameraGroup.objects.create(name="Doors & gates", slug="doors", owner=owner)
    group.cameras.add(camera)
    return group


def shown(response: Any) -> list[str]:
    return [each["name"] for each in page_data(response, "wall-data")["cameras"]]


def send(client: Client, url: str, arrangement: Any) -> Any:
    body = arrangement if isinstance(arrangement, str | bytes) else json.dumps(arrangement)
    return client.post(url, body, content_type="application/json")


# The wall of a group


def test_it_shows_what_one_may_watch_of_the_group(
    doors: CameraGroup, owner: User, viewer: User
) -> None:
    doors.cameras.add(Camera.objects.create(name="Cellar", owner=owner))
    Camera.objects.create(name="Attic", owner=owner)
    assert shown(signed_in(owner).get(DOORS)) == ["Cellar", "Front door"]
    assert shown(signed_in(viewer).get(DOORS)) == ["Front door"]
    assert shown(signed_in(owner).get("/")) == ["Attic", "Cellar", "Front door"]


def test_it_is_named_and_followed(doors: CameraGroup, viewer: User) -> None:
    page = signed_in(viewer).get(DOORS)
    assert "<title>Doors &amp; gates · SkySentry</title>" in text(page)
    assert page_data(page, "wall-data")["group"] == "doors"
    assert page_data(signed_in(viewer).get("/"), "wall-data")["group"] is None


def test_there_is_none_for_others(doors: CameraGroup, client: Client, stranger: User) -> None:
    for who in (client, signed_in(stranger)):
        assert who.get(DOORS).status_code == HTTPStatus.NOT_FOUND
        assert "Doors" not in text(who.get("/"))


def test_visitors_have_the_walls_of_public_cameras(doors: CameraGroup, client: Client) -> None:
    Camera.objects.update(visibility=Visibility.PUBLIC)
    page = client.get(DOORS)
    assert shown(page) == ["Front door"]
    assert page_data(page, "wall-data")["save"] is None
    assert f'href="{DOORS}"' in text(client.get("/"))
    assert "/groups/add/" not in text(page)


def test_one_goes_from_wall_to_wall(doors: CameraGroup, owner: User, viewer: User) -> None:
    CameraGroup.objects.create(name="Plants", owner=owner)
    page = text(signed_in(owner).get(DOORS))
    assert 'href="/walls/doors/" aria-current="page"' in page
    assert 'href="/walls/plants/"' in page
    assert "/groups/doors/settings/" in page
    assert "/groups/doors/settings/" not in text(signed_in(viewer).get(DOORS))


def test_an_empty_one_leads_to_choosing_cameras(doors: CameraGroup, owner: User) -> None:
    doors.cameras.clear()
    page = signed_in(owner).get(DOORS)
    name = '<span data-part="wall-name">Doors &amp; gates</span>'
    assert f"No cameras in {name} yet" in text(page)
    assert page_data(page, "wall-data")["group"] == "doors"


def test_walls_have_a_natural_order(owner: User) -> None:
    for number in (10, 9):
        Camera.objects.create(name=f"Gate {number}", owner=owner)
    assert shown(signed_in(owner).get("/")) == ["Gate 9", "Gate 10"]


# How it is arranged


def test_an_arrangement_is_kept_for_each_person_and_wall(
    doors: CameraGroup, owner: User, viewer: User
) -> None:
    client = signed_in(viewer)
    data = page_data(client.get(DOORS), "wall-data")
    assert (data["arrangement"], data["save"]) == ({}, SAVE_DOORS)
    assert page_data(client.get("/"), "wall-data")["save"] == SAVE
    assert send(client, SAVE_DOORS, ALL).status_code == HTTPStatus.NO_CONTENT
    assert page_data(client.get(DOORS), "wall-data")["arrangement"] == ALL
    assert page_data(client.get("/"), "wall-data")["arrangement"] == {}
    assert page_data(signed_in(owner).get(DOORS), "wall-data")["arrangement"] == {}


def test_the_last_one_counts_and_what_it_leaves_out_is_as_usual(
    owner: User, camera: Camera
) -> None:
    client = signed_in(owner)
    send(client, SAVE, ALL)
    send(client, SAVE, {"layout": "3x3"})
    assert WallArrangement.objects.get().choices == {
        **{"order": [], "live_first": False, "layout": "3x3"},
        **{"fold_off": False, "follow": False, "sound": False},
    }


@pytest.mark.parametrize(
    "bad",
    [
        "",
        b"\xff",
        "[]",
        "null",
        {"layout": "5x5"},
        {"sound": "yes"},
        {"fold_off": 1},
        {"order": "all"},
        {"order": ["front-door"]},
        {"order": [str(uuid4())] * 1001},
        {"colour": "red"},
    ],
)
def test_what_is_none_is_refused(owner: User, bad: Any) -> None:
    refused = send(signed_in(owner), SAVE, bad)
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    assert refused.json()["message"]
    assert not WallArrangement.objects.exists()


def test_it_is_kept_for_people_and_walls_that_are_there(
    doors: CameraGroup, client: Client, stranger: User
) -> None:
    assert send(client, SAVE, ALL).status_code == HTTPStatus.FORBIDDEN
    assert send(signed_in(stranger), SAVE_DOORS, ALL).status_code == HTTPStatus.NOT_FOUND
    assert signed_in(stranger).get(SAVE).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert not WallArrangement.objects.exists()


def test_another_site_keeps_none(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert send(client, SAVE, ALL).status_code == HTTPStatus.FORBIDDEN
