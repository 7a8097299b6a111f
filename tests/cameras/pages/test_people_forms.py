from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

from cameras.models import CameraGroup, Grant, Role
from cameras.pages.people_forms import (
    GrantForm,
    InvitationForm,
    MembershipForm,
    NewAccountForm,
    NewGroupForm,
    NewPasswordForm,
    NewPersonForm,
)


def test_one_invites_with_what_one_manages(camera, owner, stranger, superuser):
    Group.objects.create(name="Guards")
    mine = InvitationForm(owner)
    assert set(mine.fields) == {"name", "role", "cameras"}
    assert set(InvitationForm(stranger).fields) == {"name", "role"}
    CameraGroup.objects.create(name="Doors", owner=owner)
    everything = {"name", "role", "cameras", "camera_groups", "user_groups"}
    assert set(InvitationForm(superuser).fields) == everything


def test_a_role_holds_for_all_of_it(camera, owner):
    doors = CameraGroup.objects.create(name="Doors", owner=owner)
    given = {"cameras": [camera.pk], "camera_groups": [doors.pk]}
    form = InvitationForm(owner, {"name": "Anna", "role": "publish", **given})
    assert form.is_valid()
    grants = form.grants()
    assert [grant.what for grant in grants] == [camera, doors]
    assert {grant.role for grant in grants} == {Role.PUBLISH}


def test_a_name_is_one_line(db):
    assert not NewPersonForm({"name": "An\nna", "role": "watch"}).is_valid()
    assert not NewGroupForm({"name": "Gu\u202eards"}).is_valid()


def test_a_grant_is_of_a_camera_or_of_a_group(camera, owner, stranger):
    doors = CameraGroup.objects.create(name="Doors", owner=owner)
    for key, what in ((f"camera-{camera.pk}", camera), (f"group-{doors.pk}", doors)):
        form = GrantForm(owner, {"grant-what": key, "grant-role": "watch"})
        assert form.is_valid()
        assert form.save(stranger).what == what
    assert not GrantForm(stranger, {"grant-what": key, "grant-role": "watch"}).is_valid()
    assert Grant.objects.count() == 2


def test_membership_may_be_none(superuser):
    assert MembershipForm(superuser, {}).is_valid()


@pytest.mark.parametrize("password", ["short", "12345678", "password"])
def test_a_bad_password_is_refused(stranger, password):
    assert not NewPasswordForm(stranger, {"password": password}).is_valid()
    assert not NewAccountForm({"username": "anna", "password": password}).is_valid()


def test_a_good_one_is_hashed(stranger):
    good = "correct horse battery"
    form = NewPasswordForm(stranger, {"password": good})
    assert form.is_valid()
    assert form.hashed() != good
    account = NewAccountForm({"username": "anna", "password": good})
    assert account.is_valid()
    assert account.user().check_password(good)
    assert not User.objects.filter(username="anna").exists()
