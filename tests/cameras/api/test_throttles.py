from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from cameras.api import throttles
from cameras.signals import limit_reached
from tests.cameras.api.test_problems import is_problem

LIST = "/api/cameras/"


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.SKYSENTRY = {"API_REQUESTS_PER_PERSON": 3, "API_REQUESTS_PER_ADDRESS": 2}


@pytest.fixture
def heard() -> Any:
    limits: list[tuple[str, str]] = []

    def hear(limit: str, who: str, **_: object) -> None:
        limits.append((limit, who))

    limit_reached.connect(hear)
    yield limits
    limit_reached.disconnect(hear)


def ask(client: Any, times: int = 1, **extra: Any) -> Any:
    for _ in range(times):
        response = client.get(LIST, **extra)
    return response


def test_a_person_asks_so_often_a_minute(api, sign_in, owner, heard):
    sign_in(owner)
    assert ask(api, 3).status_code == HTTPStatus.OK
    response = ask(api)
    is_problem(response, 429)
    assert 0 < int(response["Retry-After"]) <= 60
    assert heard == [("api_requests_per_person", f"person:{owner.pk}")]


def test_each_answer_says_what_is_left(api, sign_in, owner):
    sign_in(owner)
    assert ask(api)["RateLimit-Policy"] == '"person";q=3;w=60'
    left = [re.match(r'"person";r=(\d);t=(\d+)', ask(api)["RateLimit"]) for _ in range(3)]
    assert [each and each[1] for each in left] == ["1", "0", "0"]
    assert all(each and 0 < int(each[2]) <= 60 for each in left)


def test_tokens_and_pages_of_a_person_count_together(api, sign_in, owner):
    for _ in range(3):
        sign_in(owner)
        ask(api)
    client = Client()
    client.force_login(owner)
    assert ask(client).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_others_at_the_address_go_on(api, sign_in, owner, stranger):
    sign_in(owner)
    ask(api, 4)
    sign_in(stranger)
    assert ask(api).status_code == HTTPStatus.OK


def test_visitors_of_an_address_count_together(api, db, heard):
    assert ask(api, 2, REMOTE_ADDR="2001:db8::1").status_code == HTTPStatus.OK
    is_problem(ask(api, REMOTE_ADDR="2001:db8::2"), 429)
    assert ask(api, REMOTE_ADDR="192.0.2.7").status_code == HTTPStatus.OK
    assert heard == [("api_requests_per_address", "address:2001:db8::/64")]


def test_a_minute_later_one_may_ask_again(api, sign_in, owner, monkeypatch):
    sign_in(owner)
    ask(api, 4)
    later = throttles.MinuteThrottle.timer() + 61
    monkeypatch.setattr(throttles.MinuteThrottle, "timer", lambda _: later)
    assert ask(api).status_code == HTTPStatus.OK


def test_a_forwarded_address_is_not_believed(api, db):
    for number in range(3):
        response = ask(api, headers={"x-forwarded-for": f"192.0.2.{number}"})
    assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_pages_say_nothing_of_it(client, db):
    assert "RateLimit" not in client.get("/sign-in/").headers
