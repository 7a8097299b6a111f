from __future__ import annotations

from cameras.access import can_invite, can_publish, keys_created_by, keys_without_right
from cameras.models import Camera, Grant, PublishKey, Role, Visibility
from tests.cameras.rights import NOTHING, rights


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


def test_a_key_stays_with_whoever_created_it_until_it_is_revoked(camera, owner, stranger):
    kept, _ = PublishKey.issue(camera=camera, name="Hall", created_by=owner)
    revoked, _ = PublishKey.issue(camera=camera, name="Roof", created_by=owner)
    revoked.revoke()
    PublishKey.issue(camera=camera, name="Yard", created_by=stranger)
    Camera.objects.update(owner=stranger)
    assert list(keys_created_by(owner)) == [kept]


def test_whoever_manages_a_camera_may_invite_phones_to_it(camera, owner, stranger):
    Grant.objects.create(camera=camera, user=stranger, role=Role.PUBLISH)
    assert can_invite(owner, camera)
    assert not can_invite(stranger, camera)
