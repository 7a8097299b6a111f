from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cameras.models import Camera
from tests.cameras.pages.browser import signed_in

PAGES = ["", "capture/", "settings/", "delete/"]


@pytest.fixture
def porch(camera: Camera) -> Camera:
    """A camera that was at /cameras/front-door/ before."""
    camera.slug = "porch"
    camera.save()
    return camera


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("by", ["former", "id"])
def test_a_page_at_another_address_leads_to_its_own(
    owner: User, porch: Camera, page: str, by: str
) -> None:
    address = "front-door" if by == "former" else porch.pk
    response = signed_in(owner).get(f"/cameras/{address}/{page}?rendition=still")
    assert response.status_code == 302
    assert response["Location"] == f"/cameras/porch/{page}?rendition=still"


@pytest.mark.parametrize("page", PAGES)
def test_it_leads_nobody_to_what_they_may_not_see(stranger: User, porch: Camera, page: str) -> None:
    for address in "front-door", porch.pk:
        assert signed_in(stranger).get(f"/cameras/{address}/{page}").status_code == 404
    assert Client().get("/cameras/front-door/").status_code == 404


def test_what_was_filled_in_on_an_open_page_is_saved(owner: User, porch: Camera) -> None:
    fields = {"action": "share", "share-username": "nobody", "share-role": "watch"}
    response = signed_in(owner).post("/cameras/front-door/settings/", fields)
    assert response.status_code == 200
