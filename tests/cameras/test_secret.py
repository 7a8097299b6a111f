from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cameras.models import ApiToken, PublishKey, SignInLink


@pytest.fixture
def key(camera):
    return PublishKey.issue(camera=camera, name="Hall phone")


@pytest.fixture
def token(owner):
    return ApiToken.issue(user=owner, name="Script")


@pytest.mark.parametrize(("made", "prefix"), [("key", "sspk_"), ("token", "ssat_")])
def test_a_secret_says_what_it_is_and_has_256_random_bits(made, prefix, request):
    _, secret = request.getfixturevalue(made)
    assert re.fullmatch(prefix + r"[-\w]{43}", secret)


def test_the_secret_is_stored_nowhere(key):
    row, secret = key
    row.refresh_from_db()
    stored = " ".join(str(value) for value in vars(row).values())
    assert secret not in stored
    assert secret.removeprefix("sspk_") not in stored


def test_a_secret_finds_its_row(key, token):
    assert PublishKey.find(key[1]) == key[0]
    assert ApiToken.find(token[1]) == token[0]


@pytest.mark.parametrize("secret", ["", "sspk_", "sspk_wrong", "\ud800", "x" * 10_000])
def test_a_wrong_secret_finds_nothing(key, secret):
    assert PublishKey.find(secret) is None


def test_a_key_is_not_a_token(key, token):
    assert ApiToken.find(key[1]) is None
    assert PublishKey.find(token[1]) is None


def test_a_revoked_key_is_not_found(key):
    row, secret = key
    row.revoke()
    assert PublishKey.find(secret) is None


def test_revoking_twice_keeps_the_first_time(key):
    row, _ = key
    row.revoke()
    first = row.revoked
    row.revoke()
    assert row.revoked == first


@pytest.mark.parametrize(("hours", "found"), [(-1, False), (1, True)])
def test_a_token_lasts_until_it_expires(owner, hours, found):
    expires = timezone.now() + timedelta(hours=hours)
    _, secret = ApiToken.issue(user=owner, name="Script", expires=expires)
    assert (ApiToken.find(secret) is not None) is found


def test_a_token_of_an_inactive_person_is_not_found(token, owner):
    owner.is_active = False
    owner.save()
    assert ApiToken.find(token[1]) is None


def test_the_first_use_is_noted(key):
    row, secret = key
    PublishKey.find(secret)
    row.refresh_from_db()
    assert row.last_used is not None


@pytest.mark.django_db(transaction=True)
def test_uses_are_noted_once_a_minute(key, django_assert_num_queries):
    _, secret = key
    PublishKey.find(secret)
    with django_assert_num_queries(1):
        PublishKey.find(secret)
    PublishKey.objects.update(last_used=timezone.now() - timedelta(minutes=2))
    with django_assert_num_queries(2):
        PublishKey.find(secret)


def test_a_wrong_secret_costs_one_query(key, django_assert_num_queries):
    with django_assert_num_queries(1):
        PublishKey.find("sspk_wrong")


def test_a_generated_secret_replaces_the_earlier_one(key):
    row, earlier = key
    later = row.generate()
    row.save()
    assert PublishKey.find(earlier) is None
    assert PublishKey.find(later) == row


def test_a_one_time_secret_is_used_up_once_and_in_time(owner):
    now = timezone.now()
    link, _ = SignInLink.issue(user=owner, name="Link", expires=now + timedelta(minutes=1))
    late, _ = SignInLink.issue(user=owner, name="Late", expires=now)
    same = SignInLink.objects.get(pk=link.pk)
    assert [each.use_up() for each in (link, same, late)] == [True, False, False]
    assert not SignInLink.valid().exists()
