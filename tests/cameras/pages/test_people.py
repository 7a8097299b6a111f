"""People on pages: who sees them, and what becomes of their accounts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from cameras import invitations, sign_in_links
from cameras.models import Camera, CameraGroup, Grant, PersonInvitation, Role
from tests.cameras.pages.browser import link_in, signed_in, text
from tests.cameras.rights import MANAGE, NOTHING, WATCH, rights

PEOPLE = "/people/"
GOOD = "correct horse battery"


@pytest.fixture
def root(superuser: User) -> Client:
    return signed_in(superuser)


@pytest.fixture
def secretary(db: None) -> User:
    """May add people, and nothing else."""
    user = User.objects.create_user("cleo")
    user.user_permissions.add(Permission.objects.get(codename="add_user"))
    return user


@pytest.fixture
def guards(db: None) -> Group:
    return Group.objects.create(name="Guards")


def page(person: User) -> str:
    return f"{PEOPLE}{person.pk}/"


def post(client: Client, url: str, action: str, **fields: Any) -> Any:
    return client.post(url, {"action": action, **fields})


def test_only_who_may_add_people_sees_them(
    client: Client, owner: User, secretary: User, root: Client
) -> None:
    for url in (PEOPLE, f"{PEOPLE}invite/", page(owner)):
        assert client.get(url).status_code == HTTPStatus.FOUND
        assert signed_in(owner).get(url).status_code == HTTPStatus.FORBIDDEN
        assert signed_in(secretary).get(url).status_code == HTTPStatus.OK
    assert "olga" in text(root.get(PEOPLE))
    assert PEOPLE in root.get("/account/").content.decode()
    assert PEOPLE not in signed_in(owner).get("/account/").content.decode()


def test_nobody_looks_after_those_who_may_more(secretary: User, superuser: User) -> None:
    client = signed_in(secretary)
    clerk = User.objects.create_user("carl")
    clerk.user_permissions.add(Permission.objects.get(codename="change_camera"))
    listed = text(client.get(PEOPLE))
    for person in (superuser, clerk):
        assert person.username not in listed
        assert post(client, page(person), "new-password").status_code == HTTPStatus.NOT_FOUND


def test_only_staff_looks_after_staff(secretary: User) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    client = signed_in(secretary)
    assert client.get(page(clerk)).status_code == HTTPStatus.NOT_FOUND
    assert post(client, page(clerk), "new-password").status_code == HTTPStatus.NOT_FOUND
    User.objects.filter(pk=secretary.pk).update(is_staff=True)
    assert client.get(page(clerk)).status_code == HTTPStatus.OK


def test_somebody_is_invited_with_cameras_and_groups(
    root: Client, camera: Camera, guards: Group, owner: User
) -> None:
    doors = CameraGroup.objects.create(name="Doors", owner=owner)
    fields = {
        "name": "Anna",
        "role": "manage",
        "cameras": [camera.pk],
        "camera_groups": [doors.pk],
        "user_groups": [guards.pk],
    }
    link = link_in(root.post(f"{PEOPLE}invite/", fields))
    assert "Anna Invited, expires in" in text(root.get(PEOPLE))
    path, _, secret = link.partition("#")
    assert path == "http://testserver/welcome/"
    client = Client()
    client.post("/welcome/", {"secret": secret, "username": "anna", "password": GOOD})
    anna = User.objects.get(username="anna")
    assert rights(anna, camera) == MANAGE
    assert {grant.what for grant in anna.camera_grants.all()} == {camera, doors}
    assert list(anna.groups.all()) == [guards]


def test_nobody_gives_what_they_do_not_manage(
    secretary: User, camera: Camera, guards: Group
) -> None:
    client = signed_in(secretary)
    given = {"cameras": [camera.pk], "user_groups": [guards.pk]}
    made = client.post(f"{PEOPLE}invite/", {"name": "Anna", "role": "manage", **given})
    assert link_in(made)
    invitation = PersonInvitation.objects.get()
    assert not invitation.grants.exists()
    assert not invitation.user_groups.exists()


def test_an_invitation_is_revoked(root: Client, superuser: User) -> None:
    invitation, secret = invitations.invite(superuser, "Anna")
    post(root, PEOPLE, "revoke-invitation", id=invitation.pk)
    assert invitations.find(secret) is None
    assert "Anna" not in text(root.get(PEOPLE))


def test_a_disabled_person_is_signed_out_and_comes_back(
    root: Client, viewer: User, camera: Camera
) -> None:
    theirs = signed_in(viewer)
    post(root, page(viewer), "disable")
    assert theirs.get("/account/").status_code == HTTPStatus.FOUND
    viewer.refresh_from_db()
    assert rights(viewer, camera) == NOTHING
    assert "Disabled" in text(root.get(PEOPLE))
    post(root, page(viewer), "enable")
    viewer.refresh_from_db()
    assert rights(viewer, camera) == WATCH


def test_a_new_password_is_chosen_by_a_link(root: Client, viewer: User) -> None:
    link = link_in(post(root, page(viewer), "new-password"))
    secret = link.partition("#")[2]
    assert sign_in_links.person_without_password(secret) == viewer
    assert "no-store" in post(root, page(viewer), "new-password").headers["Cache-Control"]


def test_the_cameras_of_who_is_removed_are_handed_over(
    root: Client, superuser: User, owner: User, camera: Camera
) -> None:
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    assert "become yours" in text(root.get(page(owner)))
    post(root, page(owner), "remove")
    assert not User.objects.filter(username="olga").exists()
    for owned in (camera, group):
        owned.refresh_from_db()
        assert owned.owner == superuser


def test_who_is_removed_leaves_nobody_more_than_before(
    root: Client, viewer: User, stranger: User, camera: Camera
) -> None:
    shed = Camera.objects.create(name="Shed", owner=viewer)
    group = CameraGroup.objects.create(name="Favourites", owner=viewer)
    # One of them is only theirs to watch.
    group.cameras.set([shed, camera])
    Grant.objects.create(camera_group=group, user=stranger, role=Role.MANAGE)
    post(root, page(viewer), "remove")
    assert rights(stranger, shed) == MANAGE
    assert rights(stranger, camera) == NOTHING


@pytest.mark.parametrize("action", ["disable", "remove", "new-password", "nonsense"])
def test_nobody_locks_themselves_out(root: Client, superuser: User, action: str) -> None:
    assert post(root, page(superuser), action).status_code == HTTPStatus.BAD_REQUEST
    superuser.refresh_from_db()
    assert superuser.is_active
    # That one is changed by who knows the one before.
    assert "Change password" in text(root.get(page(superuser)))


@pytest.mark.parametrize("pk", ["0", "nobody", "9" * 30])
def test_who_is_not_there_is_not_found(root: Client, pk: str) -> None:
    assert root.get(f"{PEOPLE}{pk}/").status_code == HTTPStatus.NOT_FOUND


def test_access_is_given_changed_and_taken(root: Client, stranger: User, camera: Camera) -> None:
    for role in (Role.WATCH, Role.MANAGE):
        fields = {"grant-what": f"camera-{camera.pk}", "grant-role": role}
        post(root, page(stranger), "grant", **fields)
        assert Grant.objects.get(user=stranger).role == role
    assert "Front door Manage" in text(root.get(page(stranger)))
    post(root, page(stranger), "withdraw", id=Grant.objects.get().pk)
    assert rights(stranger, camera) == NOTHING
    wrong = {"grant-what": "camera-nowhere", "grant-role": "watch"}
    assert "Select a valid choice" in text(post(root, page(stranger), "grant", **wrong))


def test_nobody_takes_what_others_gave(secretary: User, viewer: User) -> None:
    client = signed_in(secretary)
    post(client, page(viewer), "withdraw", id=Grant.objects.get().pk)
    assert Grant.objects.exists()
    assert "You don't manage “Front door”." in text(client.get(page(viewer)))


def test_groups_of_people(root: Client, stranger: User, viewer: User, camera: Camera) -> None:
    url = post(root, PEOPLE, "add-group", name="Guards").headers["Location"]
    guards = Group.objects.get()
    post(root, url, "members", people=[stranger.pk])
    fields = {"grant-what": f"camera-{camera.pk}", "grant-role": "manage"}
    post(root, url, "grant", **fields)
    assert rights(stranger, camera) == MANAGE
    assert "Guards" in text(root.get(page(stranger)))
    post(root, page(viewer), "groups", groups=[guards.pk])
    assert rights(viewer, camera) == MANAGE
    post(root, url, "withdraw", id=Grant.objects.get(user_group=guards).pk)
    assert rights(stranger, camera) == NOTHING
    assert "Guards was removed." in text(root.post(url, {"action": "remove"}, follow=True))
    assert not Group.objects.exists()


@pytest.mark.parametrize("name", ["", "Guards"])
def test_a_group_needs_a_name_of_its_own(root: Client, guards: Group, name: str) -> None:
    post(root, PEOPLE, "add-group", name=name)
    assert Group.objects.count() == 1


def test_groups_are_changed_by_who_may_change_groups(
    secretary: User, guards: Group, viewer: User
) -> None:
    client = signed_in(secretary)
    assert client.get(f"{PEOPLE}groups/{guards.pk}/").status_code == HTTPStatus.FORBIDDEN
    for url, action in ((PEOPLE, "add-group"), (page(viewer), "groups")):
        fields = {"name": "Friends", "groups": [guards.pk]}
        assert post(client, url, action, **fields).status_code == HTTPStatus.BAD_REQUEST
    assert not viewer.groups.exists()


def test_nobody_puts_people_into_a_group_that_may_more(
    secretary: User, guards: Group, viewer: User
) -> None:
    secretary.user_permissions.add(Permission.objects.get(codename="change_group"))
    admins = Group.objects.create(name="Admins")
    admins.permissions.add(Permission.objects.get(codename="change_user"))
    client = signed_in(secretary)
    assert client.get(f"{PEOPLE}groups/{guards.pk}/").status_code == HTTPStatus.OK
    people = {"people": [secretary.pk]}
    url = f"{PEOPLE}groups/{admins.pk}/"
    assert post(client, url, "members", **people).status_code == HTTPStatus.NOT_FOUND
    assert url not in client.get(PEOPLE).content.decode()
    post(client, page(viewer), "groups", groups=[admins.pk])
    assert not viewer.groups.exists()
