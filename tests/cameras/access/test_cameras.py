from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.http import Http404

from cameras.access import (
    can_create,
    can_manage,
    can_publish,
    manageable,
    publishable,
    visible,
    visible_camera,
    visible_with_rights,
    watchable,
    watchable_at,
    watchable_with_rights,
    with_known_past,
    with_role,
)
from cameras.models import Camera, CameraGroup, Grant, PublishKey, Role, ShareLink, Visibility
from tests.cameras.rights import NOTHING, WATCH, rights


@pytest.mark.parametrize(
    ("visibility", "signed_in", "anonymous"),
    [
        (Visibility.PRIVATE, NOTHING, NOTHING),
        (Visibility.SIGNED_IN, WATCH, NOTHING),
        (Visibility.PUBLIC, WATCH, WATCH),
    ],
)
def test_visibility_opens_watching_alone(camera, stranger, visibility, signed_in, anonymous):
    camera.visibility = visibility
    camera.save()
    assert rights(stranger, camera) == signed_in
    assert rights(AnonymousUser(), camera) == anonymous


def test_nobody_watches_or_publishes_a_disabled_camera(camera, owner, viewer, superuser):
    _, secret = PublishKey.issue(camera=camera, name="Hall phone")
    Camera.objects.update(enabled=False, visibility=Visibility.PUBLIC)
    assert rights(owner, camera) == rights(superuser, camera) == "--m"
    assert rights(viewer, camera) == rights(AnonymousUser(), camera) == NOTHING
    assert rights(PublishKey.find(secret), camera) == NOTHING


def test_lists_hold_each_camera_once(camera, owner):
    # By ownership, grant, user permission, two groups and visibility at the same time.
    Camera.objects.update(visibility=Visibility.PUBLIC)
    Grant.objects.create(camera=camera, user=owner, role=Role.MANAGE)
    permissions = Permission.objects.filter(codename__in=["view_camera", "change_camera"])
    owner.user_permissions.set(permissions)
    for name in ("Guards", "Family"):
        group = Group.objects.create(name=name)
        group.permissions.set(permissions)
        owner.groups.add(group)
    for listed in (watchable, publishable, manageable, visible):
        assert list(listed(owner)) == [camera]


def test_a_disabled_camera_is_listed_for_its_managers_alone(camera, owner, viewer):
    Camera.objects.update(enabled=False)
    assert list(watchable(owner)) == []
    assert list(manageable(owner)) == list(visible(owner)) == [camera]
    assert list(visible(viewer)) == []


@pytest.mark.parametrize("may", [can_publish, can_manage])
def test_a_question_costs_one_query(may, camera, viewer, django_assert_num_queries):
    with django_assert_num_queries(1):
        may(viewer, camera)


def test_a_visible_camera_is_found_by_its_slug(camera, viewer, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert visible_camera(viewer, "front-door").owner.username == "olga"


@pytest.mark.parametrize("slug", ["front-door", "no-such-camera"])
def test_what_one_may_not_see_does_not_exist(camera, stranger, slug):
    with pytest.raises(Http404):
        visible_camera(stranger, slug)


def test_whoever_is_signed_in_may_add_cameras(stranger, camera):
    key, _ = PublishKey.issue(camera=camera, name="phone")
    assert can_create(stranger)
    stranger.is_active = False
    assert not any(can_create(who) for who in (stranger, AnonymousUser(), key))


def test_each_visible_camera_says_what_else_one_may_do_with_it(
    camera, owner, stranger, django_assert_num_queries
):
    Camera.objects.create(name="Garden", owner=stranger)
    for name, role in (("Hall", Role.WATCH), ("Roof", Role.PUBLISH), ("Yard", Role.MANAGE)):
        granted = Camera.objects.create(name=name, owner=owner)
        Grant.objects.create(camera=granted, user=stranger, role=role)
    cameras: Any = visible_with_rights(stranger)
    rights = cameras.values_list("name", "publishable", "manageable")
    with django_assert_num_queries(1):
        assert list(rights) == [
            ("Garden", True, True),
            ("Hall", False, False),
            ("Roof", True, False),
            ("Yard", True, True),
        ]


def test_a_camera_that_nobody_may_watch_is_not_among_those_one_may_watch_with_rights(camera, owner):
    Camera.objects.create(name="Garden", owner=owner, enabled=False)
    cameras: Any = watchable_with_rights(owner)
    rights = cameras.values_list("name", "publishable", "manageable")
    assert list(rights) == [("Front door", True, True)]


def test_cameras_are_found_at_their_ids_and_at_their_slugs(camera, viewer, stranger):
    slug, pk = camera.slug, str(camera.pk)
    assert watchable_at(viewer, [pk]) == {pk: camera.pk}
    assert watchable_at(viewer, [slug, pk, "nowhere"]) == {slug: camera.pk, pk: camera.pk}
    assert watchable_at(stranger, [slug, pk]) == {}


@pytest.mark.parametrize("role", Role)
def test_each_role_has_the_cameras_of_its_own(camera, owner, viewer, role):
    assert set(with_role(owner, role)) == {camera}
    assert set(with_role(viewer, role)) == ({camera} if role is Role.WATCH else set())


def test_who_filmed_on_the_days_before_is_told_to_those_who_manage(camera, owner, viewer):
    assert list(with_known_past(owner)) == [camera]
    assert list(with_known_past(viewer)) == []


@pytest.mark.parametrize("kiosk", [True, False])
def test_a_link_to_anothers_group_shows_by_kiosk_alone_what_is_there_for_its_owner_alone(
    camera, viewer, owner, kiosk
):
    """The viewer's group holds a camera that only the link's maker manages."""
    group = CameraGroup.objects.create(name="Doors", owner=viewer)
    group.cameras.add(camera)
    link, _ = ShareLink.issue(created_by=owner, name="Hall", group=group, kiosk=kiosk)
    assert list(watchable(link)) == ([camera] if kiosk else [])
