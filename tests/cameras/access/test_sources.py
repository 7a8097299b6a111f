from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from cameras.access import (
    Identity,
    actor_of,
    can_add_sources,
    can_publish,
    can_set_source,
    publishable_camera,
)
from cameras.denials import Denial, of_publisher
from cameras.models import PublishKey, Source


@pytest.fixture
def permission(db):
    return Permission.objects.get(codename="add_source", content_type__app_label="cameras")


def test_owning_a_camera_is_not_enough(owner, camera):
    assert not can_add_sources(owner)
    assert not can_set_source(owner, camera)


def test_staff_may_for_the_cameras_they_manage(owner, viewer, camera):
    owner.is_staff = viewer.is_staff = True
    assert can_set_source(owner, camera)
    assert can_add_sources(viewer)
    assert not can_set_source(viewer, camera)


def test_others_may_by_a_permission(owner, camera, permission):
    owner.user_permissions.add(permission)
    assert can_set_source(owner, camera)
    owner.is_active = False
    assert not can_set_source(owner, camera)


def test_the_superuser_may(superuser, camera):
    superuser.is_staff = False
    assert can_set_source(superuser, camera)


def test_neither_visitors_nor_keys_may(camera):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    assert not can_add_sources(AnonymousUser())
    assert not can_set_source(key, camera)


def test_a_source_publishes_to_its_camera_while_both_are_enabled(camera):
    source = Source.objects.create(camera=camera, address="http://a/")
    identity = Identity(source_id=source.pk)
    assert actor_of(identity) == source
    assert can_publish(source, camera)
    assert publishable_camera(identity, camera.pk) == camera
    camera.enabled = False
    camera.save()
    assert publishable_camera(identity, camera.pk) is None
    assert of_publisher(identity, camera.pk) is Denial.DISABLED
    source.enabled = False
    source.save()
    assert actor_of(identity) is None
    assert of_publisher(identity, camera.pk) is Denial.REVOKED
    assert not can_publish(source, camera)
