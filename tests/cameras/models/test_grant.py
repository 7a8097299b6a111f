"""Grants to groups of people, and on groups of cameras."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError

from cameras.models import Camera, CameraGroup, Grant, Role
from tests.cameras.rights import MANAGE, NOTHING, PUBLISH, WATCH, rights


@pytest.fixture
def guards(stranger):
    group = Group.objects.create(name="Guards")
    stranger.groups.add(group)
    return group


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.WATCH, WATCH), (Role.PUBLISH, PUBLISH), (Role.MANAGE, MANAGE)]
)
def test_a_group_of_people_may_what_was_granted_to_it(camera, stranger, guards, role, expected):
    Grant.objects.create(camera=camera, user_group=guards, role=role)
    assert rights(stranger, camera) == expected
    stranger.groups.remove(guards)
    assert rights(stranger, camera) == NOTHING


def test_a_grant_on_a_group_of_cameras_holds_for_what_is_in_it(camera, stranger, doors):
    Grant.objects.create(camera_group=doors, user=stranger, role=Role.PUBLISH)
    assert rights(stranger, camera) == PUBLISH
    doors.cameras.remove(camera)
    assert rights(stranger, camera) == NOTHING


def test_people_and_cameras_may_both_be_groups(camera, stranger, doors, guards):
    Grant.objects.create(camera_group=doors, user_group=guards, role=Role.MANAGE)
    assert rights(stranger, camera) == MANAGE


def test_nobody_gives_away_more_of_a_camera_than_they_have_by_putting_it_into_a_group(
    camera, viewer, stranger
):
    mine = CameraGroup.objects.create(name="Mine", owner=viewer)
    mine.cameras.add(camera)
    for who in (viewer, stranger):
        Grant.objects.create(camera_group=mine, user=who, role=Role.MANAGE)
    assert rights(viewer, camera) == WATCH
    assert rights(stranger, camera) == NOTHING


def test_a_group_of_people_may_own_what_its_members_put_into_groups(camera, viewer, stranger):
    friends = Group.objects.create(name="Friends")
    viewer.groups.add(friends)
    Grant.objects.create(camera=camera, user_group=friends, role=Role.MANAGE)
    mine = CameraGroup.objects.create(name="Mine", owner=viewer)
    mine.cameras.add(camera)
    Grant.objects.create(camera_group=mine, user=stranger, role=Role.WATCH)
    assert rights(stranger, camera) == WATCH


@pytest.mark.parametrize(
    "names",
    [
        {"camera"},
        {"user"},
        {"camera", "camera_group", "user"},
        {"camera", "user", "user_group"},
    ],
    ids=lambda names: "-".join(sorted(names)),
)
def test_the_database_refuses_a_grant_of_nothing_or_to_nobody(
    camera, doors, stranger, guards, names
):
    all_of_them = {"camera": camera, "camera_group": doors, "user": stranger, "user_group": guards}
    with pytest.raises(IntegrityError):
        Grant.objects.create(**{name: all_of_them[name] for name in names})


def test_each_is_granted_the_same_once(doors, guards):
    Grant.objects.create(camera_group=doors, user_group=guards)
    with pytest.raises(IntegrityError):
        Grant.objects.create(camera_group=doors, user_group=guards, role=Role.MANAGE)


def test_what_is_given_takes_the_place_of_what_was_given_before(camera, stranger, doors, guards):
    for who, what in ((stranger, camera), (guards, doors)):
        first = Grant.give(who, what, Role.WATCH)
        assert Grant.give(who, what, Role.MANAGE) == first
        first.refresh_from_db()
        assert (first.who, first.what, first.role) == (who, what, Role.MANAGE)


def test_a_grant_says_who_may_what(camera, stranger, doors, guards):
    one = Grant(camera=camera, user=stranger, role=Role.MANAGE)
    many = Grant(camera_group=doors, user_group=guards)
    assert (one.what, one.who, many.what, many.who) == (camera, stranger, doors, guards)
    assert (str(one), str(many)) == ("sam: Manage", "Guards: Watch")


def test_a_disabled_camera_of_a_group_is_dark(camera, stranger, doors):
    Grant.objects.create(camera_group=doors, user=stranger)
    Camera.objects.update(enabled=False)
    assert rights(stranger, camera) == NOTHING
