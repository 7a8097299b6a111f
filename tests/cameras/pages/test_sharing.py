"""Who has access: people, groups of people, invitations and links, on one page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from cameras import access, invitations
from cameras.models import Camera, CameraGroup, Grant, PersonInvitation, Role, ShareLink
from tests.cameras.pages.browser import link_in, signed_in, text

SETTINGS = "/cameras/front-door/settings/"
DOORS = "/groups/doors/sharing/"


@pytest.fixture
def owners(owner: User, camera: Camera) -> Client:
    return signed_in(owner)


def post(client: Client, url: str, action: str, **fields: Any) -> Any:
    return client.post(url, {"action": action, **fields})


def test_it_lists_everybody_and_how_they_come_in(
    owners: Client, owner: User, camera: Camera, viewer: User, doors: CameraGroup, stranger: User
) -> None:
    guards = Group.objects.create(name="Guards")
    Grant.objects.create(camera=camera, user_group=guards, role=Role.PUBLISH)
    Grant.objects.create(camera_group=doors, user=stranger)
    invitations.invite(owner, "Anna", [Grant(camera=camera)])
    ShareLink.issue(camera=camera, created_by=owner, name="Neighbours", max_viewers=3)
    ShareLink.issue(group=doors, created_by=owner, name="Postman")
    page = text(owners.get(SETTINGS))
    for line in (
        "olga Owner",
        "vera Watch",
        "Guards Publish · group of people",
        "sam Watch · through the group Doors",
        "Anna Watch · invited, expires in",
        "Neighbours Link · never expires · up to 3 viewers at once · never opened",
        "Postman Link · through the group Doors",
    ):
        assert line in page


def test_who_may_watch_anyway_is_said(owners: Client) -> None:
    Camera.objects.update(visibility="public")
    assert "Everyone Can watch, without an account" in text(owners.get(SETTINGS))
    Camera.objects.update(visibility="signed-in")
    assert "Everyone signed in Can watch" in text(owners.get(SETTINGS))


def test_a_camera_is_shared_with_a_group_of_people(owners: Client, camera: Camera) -> None:
    guards = Group.objects.create(name="Guards")
    response = post(
        owners, SETTINGS, "share", **{"share-username": "Guards", "share-role": "watch"}
    )
    assert response.headers["Location"] == f"{SETTINGS}#people"
    assert Grant.objects.get().user_group == guards


def test_a_link_is_shown_once(owners: Client, camera: Camera, owner: User) -> None:
    fields = {"link-note": "Neighbours", "link-hours": "24", "link-max_viewers": "5"}
    response = post(owners, SETTINGS, "make-link", **fields)
    url, _, secret = link_in(response).partition("#")
    assert url == "http://testserver/shared/"
    link = ShareLink.find(secret)
    assert link is not None
    assert (link.camera, link.created_by, link.name) == (camera, owner, "Neighbours")
    assert link.max_viewers == 5
    assert link.expires is not None
    assert "no-store" in response.headers["Cache-Control"]
    assert secret not in owners.get(SETTINGS).content.decode()


def test_a_link_is_revoked(owners: Client, camera: Camera, owner: User) -> None:
    link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    post(owners, SETTINGS, "revoke-link", id=link.pk)
    assert access.share_link(link.pk) is None
    for nonsense in ("", "7", "nothing"):
        post(owners, SETTINGS, "revoke-link", id=nonsense)


def test_somebody_new_is_invited(superuser: User, camera: Camera) -> None:
    client = signed_in(superuser)
    fields = {"person-name": "Anna", "person-role": "publish"}
    secret = link_in(post(client, SETTINGS, "invite", **fields)).partition("#")[2]
    invitation = invitations.find(secret)
    assert invitation is not None
    assert [str(grant) for grant in invitation.grants.all()] == ["Anna: Publish"]
    post(client, SETTINGS, "unshare", id=Grant.objects.get(invitation=invitation).pk)
    assert not PersonInvitation.valid().exists()


def test_who_may_not_add_people_invites_nobody(owners: Client) -> None:
    assert "Invite someone new" not in text(owners.get(SETTINGS))
    fields = {"person-name": "Anna", "person-role": "watch"}
    assert post(owners, SETTINGS, "invite", **fields).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("make-link", {"link-max_viewers": "0"}, "greater than or equal to 1"),
        ("make-link", {"link-origins": "example.org"}, "isn't the address of a site"),
        ("invite", {"person-name": "", "person-role": "watch"}, "This field is required"),
    ],
)
def test_mistakes_are_said(
    superuser: User, camera: Camera, action: str, fields: dict[str, str], words: str
) -> None:
    assert words in text(post(signed_in(superuser), SETTINGS, action, **fields))
    assert not ShareLink.objects.exists()


def test_limits_are_said_in_the_form(owners: Client, superuser: User, settings: Any) -> None:
    settings.SKYSENTRY = {"LINKS_PER_PERSON": 1, "INVITATIONS_PER_PERSON": 1}
    root = signed_in(superuser)
    fields = {"person-name": "Anna", "person-role": "watch"}
    for client, action, given in ((owners, "make-link", {}), (root, "invite", fields)):
        post(client, SETTINGS, action, **given)
        assert "the most this server allows" in text(post(client, SETTINGS, action, **given))


def test_a_group_is_shared_on_a_page_of_its_own(
    owners: Client, doors: CameraGroup, stranger: User, camera: Camera
) -> None:
    post(owners, DOORS, "share", **{"share-username": "sam", "share-role": "publish"})
    assert access.can_publish(stranger, camera)
    assert "sam Publish" in text(owners.get(DOORS))
    assert "No user or group" in text(
        post(owners, DOORS, "share", **{"share-username": "x", "share-role": "watch"})
    )
    assert "already owns the group" in text(
        post(owners, DOORS, "share", **{"share-username": "olga", "share-role": "watch"})
    )
    secret = link_in(post(owners, DOORS, "make-link")).partition("#")[2]
    link = ShareLink.find(secret)
    assert link is not None
    assert (link.group, link.name) == (doors, "Link")
    assert post(owners, DOORS, "nonsense").status_code == HTTPStatus.BAD_REQUEST


def test_a_group_is_shared_by_its_owner_and_who_manages_all(
    doors: CameraGroup, viewer: User, stranger: User
) -> None:
    Grant.objects.create(camera_group=doors, user=stranger, role=Role.MANAGE)
    for who in (viewer, stranger):
        assert signed_in(who).get(DOORS).status_code == HTTPStatus.NOT_FOUND
