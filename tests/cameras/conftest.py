from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from cameras.models import ApiToken, Camera, CameraGroup


@pytest.fixture
def api() -> APIClient:
    return APIClient(enforce_csrf_checks=True)


@pytest.fixture
def sign_in(api: APIClient) -> Callable[[User], None]:
    def with_token(user: User) -> None:
        _, secret = ApiToken.issue(user=user, name="Script")
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    return with_token


@pytest.fixture
def doors(camera: Camera, owner: User) -> CameraGroup:
    """A group of the owner's, with their camera."""
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    group.cameras.add(camera)
    return group
