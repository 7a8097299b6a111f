"""Who sees a group of cameras, who changes it, and what they put into it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from cameras import access, groups
from cameras.models import Camera, CameraGroup, Grant, PublishKey, Role, Visibility


@pytest.fixture
def group(owner, camera):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    group.cameras.add(camera)
    return group


@pytest.fixture
def keeper(db):
    """May change any group."""
    user = User.objects.create_user("kim")
    user.user_permissions.add(Permission.objects.get(codename="change_cameragroup"))
    return user


def sees(who, group):
    return group in access.visible_groups(who)


def manages(who, group):
    found: Any = access.visible_groups(who).filter(pk=group.pk).first()
    return found is not None and found.manageable


def slugs(cameras):
    return sorted(camera.slug for camera in cameras)


def test_its_owner_manages_it(group, owner):
    assert sees(owner, group)
    assert manages(owner, group)


def test_who_may_watch_a_camera_in_it_sees_it(group, viewer):
    assert sees(viewer, group)
    assert not manages(viewer, group)


def test_a_stranger_and_a_visitor_do_not_know_of_it(group, stranger):
    assert not sees(stranger, group)
    assert not sees(AnonymousUser(), group)
    with pytest.raises(Http404):
        access.visible_group(stranger, "doors")


def test_visitors_see_it_with_a_public_camera(group, camera):
    Camera.objects.update(visibility=Visibility.PUBLIC)
    assert sees(AnonymousUser(), group)
    assert access.visible_group(AnonymousUser(), "doors") == group


def test_an_empty_one_is_its_owners_alone(group, owner, viewer):
    group.cameras.clear()
    assert sees(owner, group)
    assert not sees(viewer, group)


def test_a_disabled_camera_shows_it_to_nobody_else(group, viewer):
    Camera.objects.update(enabled=False)
    assert not sees(viewer, group)


def test_superusers_and_the_permission_manage_all(group, superuser, keeper):
    assert manages(superuser, group)
    assert manages(keeper, group)


def test_inactive_people_and_publish_keys_see_none(group, owner, camera):
    key, _ = PublishKey.issue(camera=camera, name="Phone")
    assert not sees(key, group)
    owner.is_active = False
    assert not sees(owner, group)


def test_a_group_of_other_peoples_cameras_is_for_its_owner_alone(camera, viewer, owner):
    favourites = CameraGroup.objects.create(name="Favourites", owner=viewer)
    favourites.cameras.add(camera)
    assert sees(viewer, favourites)
    assert not sees(owner, favourites)


@pytest.mark.parametrize("role", list(Role))
def test_it_is_there_for_others_once_its_owner_manages_a_camera(camera, viewer, stranger, role):
    group = CameraGroup.objects.create(name="Doors", owner=stranger)
    group.cameras.add(camera)
    Grant.objects.create(camera=camera, user=stranger, role=role)
    assert sees(viewer, group) == (role == Role.MANAGE)


def test_it_is_there_for_others_where_its_owner_manages_all_cameras(camera, viewer, stranger):
    group = CameraGroup.objects.create(name="Doors", owner=stranger)
    group.cameras.add(camera)
    stranger.user_permissions.add(Permission.objects.get(codename="change_camera"))
    assert sees(viewer, group)
    stranger.user_permissions.clear()
    User.objects.filter(pk=stranger.pk).update(is_superuser=True)
    assert sees(viewer, group)


def test_groups_are_seen_by_one_question(group, viewer):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert [each.owner.username for each in access.visible_groups(viewer)] == ["olga"]
    assert len(asked) == 1


# What is put into them


def test_into_ones_own_goes_what_one_may_watch(group, viewer, owner, camera):
    Camera.objects.create(name="Cellar", owner=owner)
    favourites = CameraGroup.objects.create(name="Favourites", owner=viewer)
    groups.fill(favourites, Camera.objects.all(), by=viewer)
    assert slugs(favourites.cameras.all()) == ["front-door"]


def test_into_anothers_goes_what_one_manages(group, keeper, camera):
    open_to_all = Camera.objects.create(
        name="Street", owner=camera.owner, visibility=Visibility.SIGNED_IN
    )
    own = Camera.objects.create(name="Office", owner=keeper)
    groups.fill(group, [open_to_all, own], by=keeper)
    assert slugs(group.cameras.all()) == ["front-door", "office"]


def test_what_one_cannot_see_stays_in_it(group, keeper):
    groups.fill(group, [], by=keeper)
    assert slugs(group.cameras.all()) == ["front-door"]


def test_what_one_may_watch_can_be_taken_out(group, keeper, owner):
    Camera.objects.update(visibility=Visibility.SIGNED_IN)
    groups.fill(group, [], by=keeper)
    assert not group.cameras.exists()


def test_what_is_watched_is_told_by_group(group, camera, owner, viewer):
    assert access.watchable_by_group(owner, ["doors", "nowhere"]) == {"doors": ("Doors", [camera])}
    camera.enabled = False
    camera.save()
    assert access.watchable_by_group(owner, ["doors"]) == {"doors": ("Doors", [])}


def test_it_is_shared_by_its_owner_and_by_superusers(group, owner, superuser, viewer):
    shareable = access.shareable_groups
    assert list(shareable(owner)) == list(shareable(superuser)) == [group]
    assert not any(shareable(who) for who in (viewer, AnonymousUser()))


def test_who_changes_all_groups_shares_them_once_they_manage_all_cameras(group, keeper):
    assert list(access.shareable_groups(keeper)) == []
    keeper.user_permissions.add(Permission.objects.get(codename="change_camera"))
    assert list(access.shareable_groups(User.objects.get(pk=keeper.pk))) == [group]


def test_one_watches_in_it_what_one_may(group, camera, viewer, stranger):
    assert list(access.watchable_in(viewer, group)) == [camera]
    assert list(access.watchable_in(stranger, group)) == []


def test_for_others_there_is_in_it_what_its_owner_manages(group, camera, stranger):
    group.cameras.add(Camera.objects.create(name="Theirs", owner=stranger))
    assert list(access.shared_in(group)) == [camera]
