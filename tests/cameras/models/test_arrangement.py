from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from cameras.models import CameraGroup, WallArrangement


@pytest.fixture
def group(owner):
    return CameraGroup.objects.create(name="Doors", owner=owner)


def test_there_is_one_of_each_wall_for_each_person(owner, stranger, group):
    for user in (owner, stranger):
        for wall in (group, None):
            WallArrangement.objects.create(user=user, group=wall)
    for wall in (group, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            WallArrangement.objects.create(user=owner, group=wall)
    assert sorted(str(each) for each in owner.wall_arrangements.all()) == [
        "olga: All cameras",
        "olga: Doors",
    ]


def test_it_goes_with_its_group(owner, group):
    WallArrangement.objects.create(user=owner, group=group)
    group.delete()
    assert not WallArrangement.objects.exists()
