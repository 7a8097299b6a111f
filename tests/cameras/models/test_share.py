from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from cameras.models import CameraGroup, ShareLink
from cameras.models.share import MAX_ORIGINS, validate_origins


def test_a_link_is_found_by_its_secret_until_it_is_revoked(camera, owner):
    link, secret = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    assert secret.startswith("ssl_")
    assert ShareLink.find(secret) == link
    assert secret not in str(vars(link))
    link.revoke()
    assert ShareLink.find(secret) is None


def test_a_link_ends_when_it_expires(camera, owner):
    soon, secret = ShareLink.issue(
        camera=camera, created_by=owner, name="Party", expires=timezone.now() + timedelta(hours=1)
    )
    assert ShareLink.find(secret) == soon
    ShareLink.objects.update(expires=timezone.now())
    assert ShareLink.find(secret) is None


@pytest.mark.parametrize(
    "wrong", [{"max_viewers": 0}, {"camera": True, "group": True}], ids=["nobody", "both"]
)
def test_the_database_refuses_what_is_no_link(camera, owner, wrong):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    given = {"camera": camera, "group": group}
    fields = {name: given.get(name, value) for name, value in wrong.items()}
    with pytest.raises(IntegrityError):
        ShareLink.issue(created_by=owner, name="Wrong", **fields)


@pytest.mark.parametrize(
    "origin", ["https://example.org", "https://www.example.org:8443", "http://localhost:8000"]
)
def test_the_sites_of_a_link_are_origins(origin):
    validate_origins([origin])


@pytest.mark.parametrize(
    "origin",
    [
        "http://example.org",
        "https://example.org/page",
        "https://*.example.org",
        "https://example.org; script-src *",
        "https://example.org\nX: y",
        "https://EXAMPLE.org",
        "*",
        "",
        7,
    ],
)
def test_nothing_else_gets_into_the_header(origin):
    with pytest.raises(ValidationError):
        validate_origins([origin])


@pytest.mark.parametrize(
    "origins", ["https://example.org", ["https://example.org"] * (1 + MAX_ORIGINS)]
)
def test_the_sites_are_a_short_list(origins):
    with pytest.raises(ValidationError):
        validate_origins(origins)
