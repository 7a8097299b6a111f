from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from cameras import access, invitations
from cameras.models import Grant, Role, ShareLink

GRANTS = "/api/cameras/front-door/grants/"
LINKS = "/api/cameras/front-door/links/"
OF_DOORS = "/api/groups/doors/grants/"
LINKS_OF_DOORS = "/api/groups/doors/links/"


def results(response):
    return response.json()["results"]


def test_a_program_shares_a_camera_and_takes_that_back(api, sign_in, owner, camera, stranger):
    sign_in(owner)
    made = api.post(GRANTS, {"user": "sam", "role": "publish"})
    assert made.status_code == 201
    assert results(api.get(GRANTS)) == [made.json()]
    assert access.can_publish(stranger, camera)
    api.post(GRANTS, {"user": "sam", "role": "manage"})
    assert [grant["role"] for grant in results(api.get(GRANTS))] == ["manage"]
    assert api.delete(f"{GRANTS}{made.json()['id']}/").status_code == 204
    assert not access.can_publish(stranger, camera)


def test_groups_of_people_and_of_cameras_too(api, sign_in, owner, doors, stranger, camera):
    sign_in(owner)
    stranger.groups.add(Group.objects.create(name="Guards"))
    made = api.post(OF_DOORS, {"user_group": "Guards"})
    assert made.json()["role"] == "watch"
    assert camera in access.watchable(stranger)
    # Taken back where it was given.
    assert results(api.get(GRANTS)) == []


@pytest.mark.parametrize(
    "given",
    [{}, {"user": "sam", "user_group": "Guards"}, {"user": "nobody"}, {"user": "sam", "role": "x"}],
)
def test_a_grant_is_for_one_person_or_group(api, sign_in, owner, camera, stranger, given):
    Group.objects.create(name="Guards")
    sign_in(owner)
    assert api.post(GRANTS, given).status_code == 400
    assert not Grant.objects.exists()


def test_who_is_invited_is_listed(api, sign_in, owner, camera):
    invitations.invite(owner, "Anna", [Grant(camera=camera)])
    sign_in(owner)
    [shown] = results(api.get(GRANTS))
    assert (shown["user"], shown["user_group"], shown["invited"]) == (None, None, "Anna")


@pytest.mark.parametrize(("url", "of_group"), [(LINKS, False), (LINKS_OF_DOORS, True)])
def test_a_program_makes_a_link_and_is_told_its_secret_once(
    api, sign_in, owner, doors, camera, url, of_group
):
    sign_in(owner)
    made = api.post(url, {"name": "Neighbours", "max_viewers": 3, "origins": ["https://a.example"]})
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    shown = made.json()
    link = ShareLink.find(shown.pop("secret"))
    assert link is not None
    assert (link.camera, link.group) == ((None, doors) if of_group else (camera, None))
    assert results(api.get(url))[0].keys() == shown.keys()
    assert api.delete(f"{url}{link.pk}/").status_code == 204
    assert access.share_link(link.pk) is None
    assert api.delete(f"{url}{link.pk}/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x", "max_viewers": 0},
        {"name": "x", "origins": ["example.org"]},
        {"name": "x", "expires": "2020-01-01T00:00Z"},
    ],
)
def test_nonsense_is_refused(api, sign_in, owner, camera, wrong):
    sign_in(owner)
    assert api.post(LINKS, wrong).status_code == 400
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize("url", [GRANTS, LINKS, OF_DOORS, LINKS_OF_DOORS])
def test_nobody_else_may(api, sign_in, viewer, stranger, doors, url):
    assert api.get(url).status_code == 401
    sign_in(stranger)
    assert api.get(url).status_code == 404
    sign_in(viewer)
    assert api.get(url).status_code == 403
    Grant.objects.filter(user=viewer).update(role=Role.PUBLISH)
    assert api.post(url, {"user": "sam", "name": "Mine"}).status_code == 403
