"""The cast: `owner` owns the camera, `viewer` was granted to watch it, `stranger` has no rights."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from cameras.models import Camera, Grant, Role


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("olga")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("sam")


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def camera(owner: User) -> Camera:
    return Camera.objects.create(name="Front door", owner=owner)


@pytest.fixture
def viewer(camera: Camera) -> User:
    user = User.objects.create_user("vera")
    Grant.objects.create(camera=camera, user=user, role=Role.WATCH)
    return user
