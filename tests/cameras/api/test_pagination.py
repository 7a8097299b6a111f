from __future__ import annotations

import pytest

from cameras.models import Camera

LIST = "/api/cameras/"
FRONT_DOOR = "/api/cameras/front-door/"


def slugs(response):
    return [shown["slug"] for shown in response.json()["results"]]


def test_long_lists_come_in_pages(api, sign_in, owner):
    for _ in range(51):
        Camera.objects.create(name="Garden", owner=owner)
    sign_in(owner)
    first = api.get(LIST).json()
    assert (first["count"], len(first["results"])) == (51, 50)
    assert len(slugs(api.get(first["next"]))) == 1


@pytest.mark.parametrize("page", ["0", "-1", "two", "9" * 5000])
def test_a_page_that_is_not_there_is_not_found(api, camera, page):
    assert api.get(LIST, {"page": page}).status_code == 404


@pytest.mark.parametrize(("asked", "given"), [(7, 7), (1000, 200), ("many", 50), (0, 50)])
def test_who_asks_chooses_the_length_of_a_page(api, sign_in, owner, asked, given):
    Camera.objects.bulk_create(
        Camera(name="Garden", slug=f"garden-{number}", owner=owner) for number in range(201)
    )
    sign_in(owner)
    assert len(slugs(api.get(LIST, {"page_size": asked}))) == given
