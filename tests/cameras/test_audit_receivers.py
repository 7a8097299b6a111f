from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from cameras import phones, sign_in_links
from cameras.models import (
    ApiToken,
    AuditEvent,
    AuditKind,
    Camera,
    CameraGroup,
    Grant,
    PersonInvitation,
    PublishKey,
    Role,
    ShareLink,
)
from tests.cameras.pages.browser import signed_in, use_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def owners(camera: Camera, owner: User) -> Client:
    client = signed_in(owner)
    AuditEvent._base_manager.all().delete()
    return client


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(event.kind, event.details) for event in AuditEvent.objects.order_by("pk")]


def test_who_changed_what_on_a_page_is_known(owners: Client, camera: Camera, owner: User) -> None:
    owners.post(
        "/cameras/front-door/settings/",
        {"action": "share", "share-username": "vera", "share-role": "watch"},
    )
    assert not told()
    User.objects.create_user("vera")
    AuditEvent._base_manager.all().delete()
    data = {"action": "share", "share-username": "vera", "share-role": "watch"}
    owners.post("/cameras/front-door/settings/", data, REMOTE_ADDR="192.0.2.7")
    [event] = AuditEvent.objects.all()
    assert (event.actor, event.user, event.address) == ("olga", owner, "192.0.2.7")
    assert (event.camera, event.details) == (camera, {"what": "watch", "person": "vera"})


def test_the_server_itself_acts_without_a_request(camera: Camera) -> None:
    AuditEvent._base_manager.all().delete()
    camera.name = "Back door"
    camera.save()
    [event] = AuditEvent.objects.all()
    assert (event.actor_kind, event.details) == ("server", {"fields": ["name"]})


def test_saving_what_is_as_it_was_is_no_change(camera: Camera) -> None:
    AuditEvent._base_manager.all().delete()
    camera.save()
    camera.name = "Not written"
    camera.save(update_fields=["enabled"])
    assert not told()


def test_rights_that_end_are_recorded_unless_they_go_with_the_camera(
    camera: Camera, viewer: User
) -> None:
    grant = Grant.objects.get()
    AuditEvent._base_manager.all().delete()
    grant.delete()
    assert told() == [(AuditKind.UNSHARED, {"person": "vera"})]
    Grant.objects.create(camera=camera, user=viewer, role=Role.WATCH)
    AuditEvent._base_manager.all().delete()
    camera.delete()
    assert told() == [(AuditKind.CAMERA_DELETED, {})]
    assert AuditEvent.objects.get().camera_name == "Front door"


def test_keys_and_tokens_are_recorded_as_they_come_and_go(camera: Camera, owner: User) -> None:
    AuditEvent._base_manager.all().delete()
    key, _ = PublishKey.issue(camera=camera, name="Tablet", created_by=owner)
    token, _ = ApiToken.issue(user=owner, name="Script")
    key.revoke()
    token.revoke()
    assert [(kind, details["what"], details["name"]) for kind, details in told()] == [
        (AuditKind.SECRET_MADE, "key", "Tablet"),
        (AuditKind.SECRET_MADE, "token", "Script"),
        (AuditKind.SECRET_REVOKED, "key", "Tablet"),
        (AuditKind.SECRET_REVOKED, "token", "Script"),
    ]


def test_the_servers_own_key_is_no_news(camera: Camera) -> None:
    AuditEvent._base_manager.all().delete()
    PublishKey.issue(camera=camera, name="Demo")
    assert not told()


def test_a_phone_is_known_by_its_key_and_who_invited_it(camera: Camera, owner: User) -> None:
    _invitation, secret = phones.invite(camera, owner)
    AuditEvent._base_manager.all().delete()
    phones.redeem(secret, "iPhone")
    joined = AuditEvent.objects.get(kind=AuditKind.PHONE_ADDED)
    assert (joined.actor_kind, joined.actor, joined.details) == (
        "key",
        "iPhone",
        {"person": "olga"},
    )


def test_what_becomes_of_accounts_is_recorded(owner: User, stranger: User) -> None:
    AuditEvent._base_manager.all().delete()
    stranger.is_active = False
    stranger.save()
    stranger.set_password("new and long")
    stranger.save()
    stranger.user_permissions.add(Permission.objects.get(codename="view_camera"))
    stranger.groups.add(Group.objects.create(name="Night shift"))
    stranger.delete()
    assert [details["what"] for kind, details in told()] == [
        "deactivated",
        "password",
        "permissions",
        "permissions",
        "deleted",
    ]
    assert {details["person"] for _, details in told()} == {"sam"}


def test_permissions_of_a_group_are_recorded(db: None) -> None:
    group = Group.objects.create(name="Night shift")
    group.permissions.add(Permission.objects.get(codename="view_camera"))
    assert told() == [(AuditKind.ACCOUNT_CHANGED, {"what": "permissions", "person": "Night shift"})]


def test_signing_in_and_out_is_recorded_with_its_place(client: Client, owner: User) -> None:
    AuditEvent._base_manager.all().delete()
    use_link(client, sign_in_links.issue(owner), REMOTE_ADDR="192.0.2.7")
    client.post("/sign-out/")
    signed_in_, signed_out = AuditEvent.objects.order_by("pk")
    assert (signed_in_.kind, signed_in_.actor, signed_in_.address, signed_in_.details) == (
        AuditKind.SIGNED_IN,
        "olga",
        "192.0.2.7",
        {"what": "link"},
    )
    assert (signed_out.kind, signed_out.actor) == (AuditKind.SIGNED_OUT, "olga")


def fail(client: Client, name: str, **extra: Any) -> None:
    client.post("/sign-in/", {"username": name, "password": "wrong"}, **extra)


def test_failures_to_sign_in_are_recorded_once_a_minute(client: Client, owner: User) -> None:
    AuditEvent._base_manager.all().delete()
    for _ in range(3):
        fail(client, "olga")
    assert told() == [(AuditKind.SIGN_IN_FAILED, {"what": "password", "person": "olga"})]


def test_what_is_no_name_here_is_not_kept(client: Client, owner: User) -> None:
    AuditEvent._base_manager.all().delete()
    fail(client, "my secret password")
    assert told() == [(AuditKind.SIGN_IN_FAILED, {"what": "unknown", "person": ""})]


def test_guesses_of_one_address_fill_no_log(client: Client, db: None) -> None:
    for number in range(30):
        fail(client, f"name {number}")
    assert len(told()) == 20


def test_links_and_groups_are_recorded(camera: Camera, owner: User, stranger: User) -> None:
    AuditEvent._base_manager.all().delete()
    group = CameraGroup.objects.create(name="Garden", owner=owner)
    group.cameras.add(camera)
    people = Group.objects.create(name="Night shift")
    Grant.objects.create(camera_group=group, user_group=people, role=Role.WATCH)
    link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    link.revoke()
    group.delete()
    events = AuditEvent.objects.order_by("pk")
    assert [(each.kind, each.camera_name, each.details.get("what", "")) for each in events] == [
        (AuditKind.GROUP_CHANGED, "Garden", "added"),
        (AuditKind.GROUP_CHANGED, "Garden", "cameras"),
        (AuditKind.SHARED, "Garden", "watch"),
        (AuditKind.SHARED, "Front door", "link"),
        (AuditKind.UNSHARED, "Front door", "link"),
        (AuditKind.GROUP_CHANGED, "Garden", "deleted"),
    ]
    assert events[2].details["person"] == "Night shift"


def test_invitations_and_links_for_passwords_are_recorded(owner: User) -> None:
    AuditEvent._base_manager.all().delete()
    invitation, _ = PersonInvitation.issue(
        created_by=owner, name="Vera", expires=timezone.now() + timedelta(days=1)
    )
    invitation.revoke()
    sign_in_links.issue_for_password(owner)
    assert [(kind, details["what"]) for kind, details in told()] == [
        (AuditKind.SECRET_MADE, "invitation"),
        (AuditKind.SECRET_REVOKED, "invitation"),
        (AuditKind.SECRET_MADE, "password_link"),
    ]
