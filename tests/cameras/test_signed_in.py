from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django import db
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import AsyncClient, Client
from django.utils import timezone

from cameras import sign_in_links
from cameras.access import Identity, actor_of
from cameras.signed_in import LIFETIME, SessionStore
from tests.cameras.pages.browser import use_link

ACCOUNT = "/account/"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def signed_in(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def days_pass(days: float) -> None:
    for row in Session.objects.all():
        Session.objects.filter(pk=row.pk).update(expire_date=row.expire_date - timedelta(days=days))


def left() -> timedelta:
    return Session.objects.get().expire_date - timezone.now()


def test_a_sign_in_lasts_two_weeks_and_its_cookie_longer(client: Client, owner: User) -> None:
    use_link(client, sign_in_links.issue(owner))
    assert LIFETIME - A_MINUTE < left() <= LIFETIME
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 400 * 24 * 3600


def test_daily_use_renews_it(signed_in: Client) -> None:
    for _ in range(30):
        days_pass(1.01)
        assert signed_in.get(ACCOUNT).status_code == 200
    assert left() > LIFETIME - A_MINUTE


def test_use_within_a_day_writes_nothing(signed_in: Client) -> None:
    days_pass(0.9)
    before = Session.objects.get().expire_date
    signed_in.get(ACCOUNT)
    assert Session.objects.get().expire_date == before


def test_two_weeks_without_use_end_it(signed_in: Client) -> None:
    days_pass(14)
    assert signed_in.get(ACCOUNT).status_code == 302


def test_an_open_wall_renews_it_by_being_asked_about_its_rights(
    signed_in: Client, owner: User
) -> None:
    wall = Identity(owner.pk, signed_in.session.session_key)
    for _ in range(30):
        days_pass(1.01)
        assert actor_of(wall) == owner
    assert left() > LIFETIME - A_MINUTE


def test_renewing_does_not_bring_back_who_signs_out(signed_in: Client, owner: User) -> None:
    wall = Identity(owner.pk, signed_in.session.session_key)
    days_pass(2)
    signed_in.logout()
    assert actor_of(wall) is None
    assert not Session.objects.exists()


async def test_it_is_renewed_in_the_event_loop_too(
    transactional_db: None, async_client: AsyncClient, owner: User
) -> None:
    await async_client.aforce_login(owner)
    key = async_client.cookies[settings.SESSION_COOKIE_NAME].value
    await Session.objects.aupdate(expire_date=timezone.now() + timedelta(days=2))
    assert await SessionStore(key).aget("_auth_user_id") == str(owner.pk)
    row = await Session.objects.aget()
    assert row.expire_date - timezone.now() > LIFETIME - A_MINUTE


def test_a_database_that_takes_no_writes_fails_nobody(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    days_pass(2)

    def fail(*_: Any, **__: Any) -> None:
        raise db.OperationalError("database or disk is full")

    monkeypatch.setattr("django.db.models.QuerySet.update", fail)
    assert signed_in.get(ACCOUNT).status_code == 200
