from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from cameras import access, phones
from cameras.models import Camera, Grant, PhoneInvitation, PublishKey, Role

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"


@pytest.fixture
def invited(camera: Camera, owner: User) -> tuple[PhoneInvitation, str]:
    return phones.invite(camera, owner)


def redeem(secret: str, user_agent: str = IPHONE) -> tuple[PublishKey, str]:
    redeemed = phones.redeem(secret, user_agent)
    assert redeemed
    return redeemed


def test_an_invitation_becomes_a_key_of_the_phone(invited, camera: Camera, owner: User) -> None:
    key, secret = redeem(invited[1])
    assert PublishKey.find(secret) == key
    assert (key.camera, key.name, key.created_by) == (camera, "iPhone", owner)
    assert access.can_publish(key, camera)
    assert PhoneInvitation.objects.get().key == key


def test_it_works_once(invited) -> None:
    redeem(invited[1])
    assert phones.redeem(invited[1], IPHONE) is None
    assert PublishKey.objects.count() == 1


@pytest.mark.parametrize(("minutes", "works"), [(9, True), (11, False)])
def test_it_works_for_ten_minutes(
    invited, monkeypatch: pytest.MonkeyPatch, minutes: int, works: bool
) -> None:
    later = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert (phones.redeem(invited[1], IPHONE) is not None) is works


@pytest.mark.parametrize("secret", ["", "ssin_", "ssin_wrong", "\ud800", "x" * 10_000])
def test_a_wrong_secret_costs_one_query(invited, django_assert_num_queries, secret: str) -> None:
    with django_assert_num_queries(1):
        assert phones.redeem(secret, IPHONE) is None


def test_a_key_is_no_invitation(camera: Camera) -> None:
    _, secret = PublishKey.issue(camera=camera, name="Door")
    assert phones.redeem(secret, IPHONE) is None


def test_who_may_not_invite_any_more_has_invited_nobody(camera: Camera) -> None:
    manager = User.objects.create_user("mia")
    grant = Grant.objects.create(camera=camera, user=manager, role=Role.MANAGE)
    _, secret = phones.invite(camera, manager)
    grant.delete()
    assert phones.redeem(secret, IPHONE) is None


@pytest.mark.parametrize(
    ("role", "may"), [(Role.WATCH, False), (Role.PUBLISH, False), (Role.MANAGE, True)]
)
def test_who_manages_invites(camera: Camera, stranger: User, role: Role, may: bool) -> None:
    Grant.objects.create(camera=camera, user=stranger, role=role)
    assert access.can_invite(stranger, camera) is may


@pytest.mark.django_db(transaction=True)
def test_of_two_phones_at_once_one_wins(invited) -> None:
    def phone(_: int) -> bool:
        try:
            return phones.redeem(invited[1], IPHONE) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(phone, range(4))) == [False, False, False, True]
    assert PublishKey.objects.count() == 1


def test_phones_of_a_kind_are_told_apart(camera: Camera, owner: User) -> None:
    names = []
    for _ in range(3):
        key, _secret = redeem(phones.invite(camera, owner)[1])
        # A name is not given again, for the sessions of the first one bear it.
        key.revoke()
        names.append(key.name)
    assert names == ["iPhone", "iPhone 2", "iPhone 3"]


def test_old_invitations_are_forgotten(invited, camera: Camera, owner: User) -> None:
    PhoneInvitation.objects.update(expires=timezone.now() - timedelta(days=2))
    later, _ = phones.invite(camera, owner)
    assert list(PhoneInvitation.objects.all()) == [later]
