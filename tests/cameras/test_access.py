from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.http import Http404

from cameras.access import (
    can_create,
    can_invite,
    can_manage,
    can_publish,
    keys_created_by,
    keys_without_right,
    manageable,
    manageable_people,
    publishable,
    revocable_links,
    shared_by,
    visible,
    visible_camera,
    visible_with_rights,
    watchable,
    watchable_with_rights,
)
from cameras.models import Camera, Grant, PublishKey, Role, ShareLink, Visibility

NOTHING, WATCH, PUBLISH, MANAGE = "---", "w--", "wp-", "wpm"


def can_watch(who, camera):
    return camera in watchable(who)


def rights(who, camera):
    """Such as `wp-`: may watch and publish, may not manage."""
    asked = {"w": can_watch, "p": can_publish, "m": can_manage}
    return "".join(letter if may(who, camera) else "-" for letter, may in asked.items())


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


def test_nobody_watches_or_publishes_a_disabled_camera(camera, owner, viewer, superuser):
    _, secret = PublishKey.issue(camera=camera, name="Hall phone")
    Camera.objects.update(enabled=False, visibility=Visibility.PUBLIC)
    assert rights(owner, camera) == rights(superuser, camera) == "--m"
    assert rights(viewer, camera) == rights(AnonymousUser(), camera) == NOTHING
    assert rights(PublishKey.find(secret), camera) == NOTHING


@pytest.mark.parametrize("fields", [{}, {"is_superuser": True}])
def test_inactive_people_are_nobody(camera, fields):
    Camera.objects.update(visibility=Visibility.PUBLIC)
    gone = person("gone", "change_camera", is_active=False, **fields)
    assert rights(gone, camera) == NOTHING


def test_a_publish_key_publishes_to_its_own_camera_and_watches_nothing(camera, owner):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    other = Camera.objects.create(name="Garden", owner=owner, visibility=Visibility.PUBLIC)
    assert rights(key, camera) == "-p-"
    assert rights(key, other) == NOTHING


def test_a_revoked_publish_key_publishes_nothing(camera):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    key.revoke()
    assert rights(key, camera) == NOTHING


def test_a_key_falls_with_the_right_of_who_made_it(camera, stranger):
    grant = Grant.objects.create(camera=camera, user=stranger, role=Role.MANAGE)
    key, secret = PublishKey.issue(camera=camera, name="Hall phone", created_by=stranger)
    assert rights(key, camera) == "-p-"
    grant.role = Role.PUBLISH
    grant.save()
    assert rights(key, camera) == "-p-"
    grant.role = Role.WATCH
    grant.save()
    assert rights(key, camera) == rights(PublishKey.find(secret), camera) == NOTHING


def test_a_key_of_somebody_deactivated_publishes_nothing(camera, superuser):
    _, secret = PublishKey.issue(camera=camera, name="Hall phone", created_by=superuser)
    superuser.is_active = False
    superuser.save()
    assert rights(PublishKey.find(secret), camera) == NOTHING


def test_a_key_of_the_former_owner_falls_unless_they_may_still_publish(camera, owner, stranger):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone", created_by=owner)
    Camera.objects.update(owner=stranger)
    assert rights(key, camera) == NOTHING
    Grant.objects.create(camera=camera, user=owner, role=Role.PUBLISH)
    assert rights(key, camera) == "-p-"


def test_keys_whose_maker_may_no_longer_publish_are_listed(camera, owner, stranger, superuser):
    for name, maker in (("a", owner), ("b", stranger), ("c", None), ("d", superuser)):
        PublishKey.issue(camera=camera, name=name, created_by=maker)
    Camera.objects.update(enabled=False)
    superuser.is_active = False
    superuser.save()
    assert {key.name for key in keys_without_right(camera)} == {"b", "d"}


def test_a_question_of_a_key_costs_one_query(camera, owner, django_assert_num_queries):
    _, secret = PublishKey.issue(camera=camera, name="Hall phone", created_by=owner)
    key = PublishKey.find(secret)
    assert key is not None
    with django_assert_num_queries(1):
        assert can_publish(key, camera)


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


def test_whoever_manages_a_camera_may_invite_phones_to_it(camera, owner, stranger):
    Grant.objects.create(camera=camera, user=stranger, role=Role.PUBLISH)
    assert can_invite(owner, camera)
    assert not can_invite(stranger, camera)


def test_a_key_stays_with_whoever_created_it_until_it_is_revoked(camera, owner, stranger):
    kept, _ = PublishKey.issue(camera=camera, name="Hall", created_by=owner)
    revoked, _ = PublishKey.issue(camera=camera, name="Roof", created_by=owner)
    revoked.revoke()
    PublishKey.issue(camera=camera, name="Yard", created_by=stranger)
    Camera.objects.update(owner=stranger)
    assert list(keys_created_by(owner)) == [kept]


def test_a_link_that_was_revoked_shows_nothing(camera, owner):
    link, _ = ShareLink.issue(camera=camera, name="Neighbours", created_by=owner)
    assert list(shared_by(link)) == [camera]
    link.revoke()
    assert not shared_by(link)


def test_visitors_revoke_no_links_and_look_after_nobody(camera, owner):
    ShareLink.issue(camera=camera, name="Neighbours", created_by=owner)
    assert not revocable_links(AnonymousUser())
    assert not manageable_people(AnonymousUser())
