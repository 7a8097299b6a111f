from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cameras.models import LossNotification


def test_there_is_one_for_each_person_and_camera(camera, owner, viewer):
    for user in (owner, viewer):
        LossNotification.objects.create(user=user, camera=camera)
    with pytest.raises(IntegrityError), transaction.atomic():
        LossNotification.objects.create(user=owner, camera=camera)
    assert [str(each) for each in owner.loss_notifications.all()] == ["olga: Front door"]


def test_it_goes_with_its_camera(camera, owner):
    LossNotification.objects.create(user=owner, camera=camera)
    camera.delete()
    assert not LossNotification.objects.exists()
