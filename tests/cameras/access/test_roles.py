from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User

from cameras.models import Camera, Grant, Role, Visibility
from tests.cameras.rights import MANAGE, NOTHING, PUBLISH, WATCH, rights


def person(name="paul", *permissions, **fields):
    user = User.objects.create_user(name, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def test_the_owner_may_do_everything(camera, owner):
    assert rights(owner, camera) == MANAGE


def test_a_stranger_may_do_nothing(camera, stranger):
    assert rights(stranger, camera) == NOTHING


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.WATCH, WATCH), (Role.PUBLISH, PUBLISH), (Role.MANAGE, MANAGE)]
)
def test_a_role_includes_the_lesser_ones(camera, stranger, role, expected):
    Grant.objects.create(camera=camera, user=stranger, role=role)
    assert rights(stranger, camera) == expected


def test_a_grant_is_for_one_camera(owner, viewer):
    other = Camera.objects.create(name="Garden", owner=owner)
    assert rights(viewer, other) == NOTHING


def test_a_superuser_manages_all(camera, superuser):
    assert rights(superuser, camera) == MANAGE


@pytest.mark.parametrize(
    ("permission", "expected"),
    [("view_camera", WATCH), ("change_camera", MANAGE), ("add_camera", NOTHING)],
)
def test_a_model_permission_counts_for_every_camera(camera, permission, expected):
    assert rights(person("paul", permission), camera) == expected


def test_a_group_brings_its_permissions(camera, stranger):
    group = Group.objects.create(name="Guards")
    group.permissions.add(Permission.objects.get(codename="view_camera"))
    stranger.groups.add(group)
    assert rights(stranger, camera) == WATCH


@pytest.mark.parametrize("fields", [{}, {"is_superuser": True}])
def test_inactive_people_are_nobody(camera, fields):
    Camera.objects.update(visibility=Visibility.PUBLIC)
    gone = person("gone", "change_camera", is_active=False, **fields)
    assert rights(gone, camera) == NOTHING
