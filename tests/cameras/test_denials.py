from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from cameras import access
from cameras.denials import Denial, of_identity, of_publisher
from cameras.identity import Identity
from cameras.models import ApiToken, Camera, Grant, PublishKey, Role


@pytest.fixture
def page(owner: User, client: Client) -> Identity:
    """An open page of the owner."""
    client.force_login(owner)
    return Identity(owner.pk, client.session.session_key)


def test_who_signed_out(page: Identity, client: Client) -> None:
    client.logout()
    assert access.actor_of(page) is None
    assert of_identity(page) == Denial.SIGNED_OUT


def test_who_was_signed_out_by_a_new_password(page: Identity, owner: User) -> None:
    owner.set_password("another")
    owner.save()
    assert access.actor_of(page) is None
    assert of_identity(page) == Denial.SIGNED_OUT


def test_whose_sign_in_ran_out(page: Identity) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert access.actor_of(page) is None
    assert of_identity(page) == Denial.EXPIRED


def test_whose_account_was_deactivated(page: Identity, owner: User) -> None:
    owner.is_active = False
    owner.save()
    assert access.actor_of(page) is None
    assert of_identity(page) == Denial.DEACTIVATED


def test_whose_token_was_revoked_or_ran_out(owner: User) -> None:
    token = ApiToken.issue(user=owner, name="Script")[0]
    identity = Identity(owner.pk, token_id=token.pk)
    ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert of_identity(identity) == Denial.EXPIRED
    token.revoke()
    assert of_identity(identity) == Denial.REVOKED


def test_whose_token_fell_with_the_account(owner: User) -> None:
    token = ApiToken.issue(user=owner, name="Script")[0]
    User.objects.update(is_active=False)
    assert of_identity(Identity(owner.pk, token_id=token.pk)) == Denial.DEACTIVATED


def test_whose_key_was_revoked(camera: Camera) -> None:
    key = PublishKey.issue(camera=camera, name="Phone")[0]
    identity = Identity(key_id=key.pk)
    key.revoke()
    assert of_publisher(identity, camera.pk) == Denial.REVOKED


@pytest.mark.parametrize("by", ["page", "key"])
def test_a_camera_that_is_disabled_or_deleted(page: Identity, camera: Camera, by: str) -> None:
    key = PublishKey.issue(camera=camera, name="Phone")[0]
    identity = page if by == "page" else Identity(key_id=key.pk)
    camera.enabled = False
    camera.save()
    assert of_publisher(identity, camera.pk) == Denial.DISABLED
    number = camera.pk
    camera.delete()
    assert of_publisher(identity, number) == Denial.DELETED


def test_a_right_that_was_withdrawn(camera: Camera, viewer: User) -> None:
    Grant.objects.filter(user=viewer).update(role=Role.WATCH)
    assert of_publisher(Identity(viewer.pk), camera.pk) == Denial.WITHDRAWN


def test_who_signed_out_of_a_page_that_films(
    page: Identity, camera: Camera, client: Client
) -> None:
    client.logout()
    assert of_publisher(page, camera.pk) == Denial.SIGNED_OUT
