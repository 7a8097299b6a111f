from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.utils import timezone

from cameras import invitations
from cameras.models import CameraGroup, Grant, PersonInvitation, Role
from cameras.quotas import QuotaExceeded
from tests.cameras.rights import MANAGE, NOTHING, WATCH, rights


@pytest.fixture
def inviter(owner):
    """Owns the camera, and may add people."""
    owner.user_permissions.add(Permission.objects.get(codename="add_user"))
    return User.objects.get(pk=owner.pk)


def come(secret, name="anna"):
    """Who makes an account with this secret; None when it no longer works."""
    invitation = invitations.find(secret)
    user = User(username=name)
    return user if invitation and invitations.accept(invitation, user) else None


def test_who_accepts_may_what_was_said(inviter, camera):
    inviter.user_permissions.add(Permission.objects.get(codename="change_group"))
    guards = Group.objects.create(name="Guards")
    grants = [Grant(camera=camera, role=Role.MANAGE)]
    _, secret = invitations.invite(inviter, "Anna", grants, [guards])
    anna = come(secret)
    assert rights(anna, camera) == MANAGE
    assert list(anna.groups.all()) == [guards]
    assert not Grant.objects.exclude(invitation=None).exists()


def test_before_that_nobody_may_anything(inviter, camera):
    invitation, _ = invitations.invite(inviter, "Anna", [Grant(camera=camera)])
    assert [str(grant) for grant in invitation.grants.all()] == ["Anna: Watch"]
    assert rights(User.objects.create(username="anna"), camera) == NOTHING


def test_it_works_once(inviter):
    _, secret = invitations.invite(inviter, "Anna")
    assert come(secret)
    assert come(secret, "mallory") is None


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_comes_in(inviter):
    _, secret = invitations.invite(inviter, "Anna")

    def attempt(number):
        try:
            return come(secret, f"anna{number}") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(attempt, range(10))) == [*[False] * 9, True]
    assert User.objects.filter(username__startswith="anna").count() == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda invitation: invitation.revoke(),
        lambda invitation: PersonInvitation.objects.update(expires=timezone.now()),
        lambda invitation: invitation.created_by.user_permissions.clear(),
        lambda invitation: User.objects.update(is_active=False),
    ],
    ids=["revoked", "expired", "may no longer invite", "deactivated"],
)
def test_an_invitation_ends(inviter, end):
    invitation, secret = invitations.invite(inviter, "Anna")
    end(invitation)
    assert come(secret) is None


def test_what_the_inviter_may_no_longer_give_is_not_given(inviter, camera, stranger):
    doors = CameraGroup.objects.create(name="Doors", owner=inviter)
    _, secret = invitations.invite(
        inviter, "Anna", [Grant(camera=camera), Grant(camera_group=doors)]
    )
    camera.owner = stranger
    camera.save()
    anna = come(secret)
    assert rights(anna, camera) == NOTHING
    assert [grant.what for grant in Grant.objects.filter(user=anna)] == [doors]


def test_nobody_comes_into_a_group_that_the_inviter_may_no_longer_fill(inviter):
    may_fill = Permission.objects.get(codename="change_group")
    inviter.user_permissions.add(may_fill)
    guards = Group.objects.create(name="Guards")
    _, secret = invitations.invite(inviter, "Anna", [], [guards])
    inviter.user_permissions.remove(may_fill)
    assert not come(secret).groups.exists()


def test_a_sign_in_that_fails_uses_nothing_up(inviter, camera):
    _, secret = invitations.invite(inviter, "Anna", [Grant(camera=camera)])
    invitation = invitations.find(secret)
    assert invitation

    def fail(_user):
        raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        invitations.accept(invitation, User(username="anna"), fail)
    assert rights(come(secret), camera) == WATCH


def test_as_many_wait_as_is_allowed(inviter, camera, settings):
    settings.SKYSENTRY = {"INVITATIONS_PER_PERSON": 1}
    invitations.invite(inviter, "Anna")
    with pytest.raises(QuotaExceeded):
        invitations.invite(inviter, "Ben", [Grant(camera=camera)])
    assert not Grant.objects.exists()
