from __future__ import annotations

import pytest

from cameras.models import Camera

LIST = "/api/cameras/"
FRONT_DOOR = "/api/cameras/front-door/"


def slugs(response):
    return [shown["slug"] for shown in response.json()["results"]]


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({"search": "door"}, ["front-door"]),
        ({"search": "by the sea"}, ["garden"]),
        ({"enabled": "false"}, ["garden"]),
        ({"enabled": "true", "visibility": "private"}, ["front-door"]),
        ({"visibility": "public"}, ["garden"]),
    ],
)
def test_cameras_are_searched_and_filtered(api, sign_in, camera, owner, query, seen):
    Camera.objects.create(
        name="Garden", owner=owner, enabled=False, visibility="public", location="By the sea"
    )
    sign_in(owner)
    assert slugs(api.get(LIST, query)) == seen


@pytest.mark.parametrize("name", ["enabled", "visibility"])
def test_a_filter_that_makes_no_sense_is_refused(api, camera, name):
    response = api.get(LIST, {name: "perhaps"})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


def test_a_search_for_nonsense_is_refused(api, camera):
    response = api.get(LIST, {"search": "\x00"})
    assert response.status_code == 400
    assert response.json()["errors"]
