from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import AsyncClient, Client
from django.utils import timezone

from cameras import devices
from cameras.access import Identity, actor_of
from cameras.models import SignedInDevice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("devices_noted")]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR="192.0.2.7")
    client.force_login(owner)
    return client


def test_a_device_is_known_by_its_first_request(browser: Client, owner: User) -> None:
    browser.get("/account/")
    [device] = devices.of(owner)
    assert (device.user, device.address, device.user_agent) == (owner, "192.0.2.7", FIREFOX)


def test_further_requests_write_nothing_for_a_while(browser: Client) -> None:
    browser.get("/account/")
    SignedInDevice.objects.update(last_used=timezone.now() - timedelta(hours=1))
    browser.get("/account/")
    device = SignedInDevice.objects.get()
    assert timezone.now() - device.last_used > timedelta(minutes=30)
    devices.noted.forget()
    browser.get("/account/", REMOTE_ADDR="192.0.2.8")
    device.refresh_from_db()
    assert timezone.now() - device.last_used < timedelta(minutes=1)
    assert device.address == "192.0.2.8"


def test_visitors_are_no_devices(client: Client) -> None:
    client.get("/")
    client.get("/sign-in/")
    assert not SignedInDevice.objects.exists()


async def test_it_is_noted_in_the_event_loop_too(transactional_db: None, owner: User) -> None:
    client = AsyncClient()
    await client.aforce_login(owner)
    await client.get("/account/")
    assert await SignedInDevice.objects.filter(user=owner).aexists()


def test_an_open_wall_is_in_use(browser: Client, owner: User) -> None:
    browser.get("/account/")
    SignedInDevice.objects.update(last_used=timezone.now() - timedelta(hours=1))
    devices.noted.forget()
    assert actor_of(Identity(owner.pk, browser.session.session_key)) == owner
    assert timezone.now() - SignedInDevice.objects.get().last_used < timedelta(minutes=1)


def test_whoever_signs_out_is_no_longer_listed(browser: Client, owner: User) -> None:
    browser.get("/account/")
    browser.post("/sign-out/")
    assert not devices.of(owner)
    assert not SignedInDevice.objects.exists()


def test_what_expired_or_a_new_password_ended_is_not_listed(browser: Client, owner: User) -> None:
    browser.get("/account/")
    Session.objects.update(expire_date=timezone.now())
    assert not devices.of(owner)
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    assert devices.of(owner)
    owner.set_password("another one")
    owner.save()
    assert not devices.of(owner)


def test_a_device_that_is_signed_out_is_nobody(browser: Client, owner: User) -> None:
    browser.get("/account/")
    identity = Identity(owner.pk, browser.session.session_key)
    devices.sign_out(devices.of(owner))
    assert actor_of(identity) is None
    assert browser.get("/account/").status_code == 302


def test_without_the_database_nothing_is_noted(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr("django.db.models.QuerySet.bulk_create", fail)
    assert browser.get("/account/").status_code == 200


def test_a_page_that_asks_nothing_of_the_database_does_not_begin_to(
    browser: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        browser.get("/healthz")


def test_what_was_noted_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_MAX_NOTED", 3)
    for number in range(10):
        assert devices.noted.is_due(str(number), "")
    assert len(devices.noted._noted_s) <= 3
