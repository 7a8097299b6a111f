from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from cameras import sign_in_links
from cameras.models import SignInLink


def test_a_link_is_its_persons_once(owner: User) -> None:
    secret = sign_in_links.issue(owner)
    assert sign_in_links.redeem(secret) == owner
    assert sign_in_links.redeem(secret) is None


def test_of_two_links_each_works(owner: User) -> None:
    first, second = sign_in_links.issue(owner), sign_in_links.issue(owner)
    assert sign_in_links.redeem(first) == sign_in_links.redeem(second) == owner


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_comes_in(owner: User) -> None:
    secret = sign_in_links.issue(owner)

    def come(_: int) -> bool:
        try:
            return sign_in_links.redeem(secret) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(come, range(10))) == [*[False] * 9, True]


def test_a_link_of_more_than_an_hour_ago_does_not_work(owner: User) -> None:
    secret = sign_in_links.issue(owner)
    SignInLink.objects.update(expires=timezone.now())
    assert sign_in_links.redeem(secret) is None


def test_a_new_password_ends_links(owner: User) -> None:
    secret = sign_in_links.issue(owner)
    owner.set_password("correct horse")
    owner.save()
    assert sign_in_links.redeem(secret) is None


def test_a_link_of_somebody_deactivated_does_not_work(owner: User) -> None:
    secret = sign_in_links.issue(owner)
    owner.is_active = False
    owner.save()
    assert sign_in_links.redeem(secret) is None


@pytest.mark.parametrize("secret", ["", "ssil_", "\ud800"])
def test_nonsense_is_nobodys(db: None, secret: str) -> None:
    assert sign_in_links.redeem(secret) is None


def test_links_that_are_too_old_are_forgotten(owner: User) -> None:
    sign_in_links.issue(owner)
    SignInLink.objects.update(expires=timezone.now() - timedelta(seconds=1))
    sign_in_links.issue(owner)
    assert SignInLink.objects.count() == 1
