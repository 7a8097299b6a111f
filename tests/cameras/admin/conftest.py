from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User

from cameras.models import Camera


@pytest.fixture
def staff(db):
    """May do everything in the admin that model permissions allow, but on their own cameras."""
    user = User.objects.create_user("stella", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="cameras").exclude(
            codename__in=["view_camera", "change_camera"]
        )
    )
    return user


@pytest.fixture
def own(staff):
    return Camera.objects.create(name="Garden", owner=staff)


@pytest.fixture
def keeper(db):
    """Sees sessions in the admin, and manages what they own."""
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_capturesession"))
    return user


@pytest.fixture
def garden(keeper):
    return Camera.objects.create(name="Garden", owner=keeper)


@pytest.fixture
def shed(keeper):
    return Camera.objects.create(name="Shed", owner=keeper)


@pytest.fixture
def signed_in(client, keeper):
    client.force_login(keeper)
    return client
