from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db.models import F
from django.test import AsyncClient, Client
from django.urls import reverse

from cameras import sign_in_links
from cameras.pages.throttling import ADDRESS_FAILURE_LIMIT
from tests.cameras.pages.browser import text, use_link

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def password(owner: User) -> None:
    owner.set_password(PASSWORD)
    owner.save()


def sign_in(client: Client, password: str, name: str = "olga", **extra: Any) -> Any:
    path = extra.pop("path", reverse("login"))
    return client.post(path, {"username": name, "password": password}, **extra)


def fail(client: Client, times: int, **extra: Any) -> Any:
    for _ in range(times):
        response = sign_in(client, "wrong", **extra)
    return response


def minutes_pass(minutes: float) -> None:
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


def test_four_wrong_passwords_are_forgiven(client: Client) -> None:
    assert fail(client, 4).status_code == HTTPStatus.OK
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.FOUND
    assert not AccessAttempt.objects.exists()


def test_after_five_nobody_signs_in_and_the_page_says_how_long(client: Client) -> None:
    response = fail(client, 5)
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "for another 5 minutes" in text(response)
    assert 290 < int(response.headers["Retry-After"]) <= 300
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "_auth_user_id" not in client.session


def test_who_keeps_trying_waits_no_longer(client: Client) -> None:
    fail(client, 5)
    minutes_pass(4.5)
    assert "for another minute" in text(fail(client, 3))
    minutes_pass(0.6)
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.FOUND


def test_other_names_and_addresses_go_on(client: Client, superuser: User) -> None:
    superuser.set_password(PASSWORD)
    superuser.save()
    fail(client, 5)
    assert sign_in(client, PASSWORD, name="root").status_code == HTTPStatus.FOUND
    elsewhere = sign_in(Client(), PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == HTTPStatus.FOUND


def test_a_forwarded_address_is_not_believed(client: Client) -> None:
    for number in range(4):
        fail(client, 1, headers={"x-forwarded-for": f"192.0.2.{number}"})
    response = fail(client, 1, headers={"x-forwarded-for": "192.0.2.9"})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_links_work_for_those_who_wait(client: Client, owner: User) -> None:
    fail(client, 5)
    answer = use_link(client, sign_in_links.issue(owner))
    assert answer.headers["Location"] == reverse("wall")


def test_links_that_no_longer_work_lock_nobody_out(client: Client) -> None:
    for _ in range(6):
        used = use_link(client, "used")
        assert used.status_code == HTTPStatus.FORBIDDEN
    assert not AccessAttempt.objects.exists()


async def test_it_counts_in_the_event_loop_too(transactional_db: None) -> None:
    client = AsyncClient()
    for _ in range(5):
        response = await client.post(reverse("login"), {"username": "x", "password": "y"})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def guess(client: Client, times: int, **extra: Any) -> Any:
    """One password for as many names."""
    for number in range(times):
        response = sign_in(client, "123456", name=f"person{number}", **extra)
    return response


def test_who_tries_one_password_on_many_names_waits_with_every_name(client: Client) -> None:
    assert guess(client, ADDRESS_FAILURE_LIMIT - 1).status_code == HTTPStatus.OK
    response = sign_in(client, "123456", name="one more")
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert "you can't sign in with a password from your address for another minute" in text(
        response
    )
    assert 50 < int(response.headers["Retry-After"]) <= 60
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_after_a_minute_the_household_signs_in_again(client: Client) -> None:
    guess(client, ADDRESS_FAILURE_LIMIT)
    minutes_pass(1.01)
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.FOUND


def test_after_that_minute_each_wrong_password_costs_another(client: Client) -> None:
    guess(client, ADDRESS_FAILURE_LIMIT)
    minutes_pass(1.01)
    response = sign_in(client, "123456", name="one more")
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_other_addresses_do_not_wait_for_one_that_guesses(client: Client) -> None:
    guess(client, ADDRESS_FAILURE_LIMIT)
    elsewhere = sign_in(Client(), PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == HTTPStatus.FOUND


def test_a_sign_in_of_ones_own_forgives_no_guesses_at_others(client: Client) -> None:
    guess(client, ADDRESS_FAILURE_LIMIT - 1)
    assert sign_in(client, PASSWORD).status_code == HTTPStatus.FOUND
    response = sign_in(client, "123456", name="one more")
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_the_addresses_of_one_network_count_as_one(client: Client) -> None:
    for number in range(5):
        response = fail(client, 1, REMOTE_ADDR=f"2001:db8::{number}")
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
    elsewhere = sign_in(client, PASSWORD, REMOTE_ADDR="2001:db8:0:1::1")
    assert elsewhere.status_code == HTTPStatus.FOUND
