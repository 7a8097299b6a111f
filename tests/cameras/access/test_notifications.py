from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from cameras import access
from cameras.models import Grant, LossNotification


def test_one_is_told_of_cameras_that_one_may_watch(camera, owner, viewer):
    for user in (owner, viewer):
        LossNotification.objects.create(user=user, camera=camera)
    assert [each.user for each in access.notifications_of(viewer)] == [viewer]
    Grant.objects.all().delete()
    assert not access.notifications_of(viewer).exists()
    assert access.notifications_of(owner).exists()
    assert not access.notifications_of(AnonymousUser()).exists()


def test_one_is_told_nothing_of_a_camera_that_is_disabled(camera, owner):
    LossNotification.objects.create(user=owner, camera=camera)
    camera.enabled = False
    camera.save()
    assert not access.notifications_of(owner).exists()
