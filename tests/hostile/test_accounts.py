"""Whoever signs in, guesses, or asks the API for more than their share."""

from __future__ import annotations

import http.client
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import pytest

from tests.signing_in import filled_in

pytestmark = [pytest.mark.system, pytest.mark.faults(seconds=8, always=True)]

SIGN_IN, LIST = "/sign-in/", "/api/cameras/"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


def ask(stand, method, path, body="", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", stand.system.port, timeout=30)
    try:
        connection.request(method, path, body or None, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode(errors="replace"))
    finally:
        connection.close()


def sign_in(stand, form, name):
    """With a wrong password; `form` has the tokens of the page."""
    cookie, token = form
    body = urlencode({"username": name, "password": "123456", "csrfmiddlewaretoken": token})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    return ask(stand, "POST", SIGN_IN, body, headers)


def sign_in_form(stand):
    page = ask(stand, "GET", SIGN_IN)
    [token] = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page.text)
    return page.headers["Set-Cookie"].partition(";")[0], token


def at_once(act, each):
    with ThreadPoolExecutor(len(each)) as pool:
        return list(pool.map(act, each))


async def test_forty_passwords_at_once_are_hashed_in_turn_or_not_at_all(stand):
    form = sign_in_form(stand)
    async with stand.attack() as harm:
        names = [f"person{number}" for number in range(40)]
        answers = at_once(lambda name: sign_in(stand, form, name), names)
    harm.assert_unnoticed()
    counts = Counter(answer.status for answer in answers)
    print(counts)
    assert counts.keys() == {HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS}
    refused = [each for each in answers if each.status == HTTPStatus.TOO_MANY_REQUESTS]
    assert all(int(each.headers["Retry-After"]) > 0 for each in refused)
    assert stand.limited("sign_ins") > 0
    await stand.assert_back_to_base()


async def test_a_link_that_ten_use_at_once_signs_one_in(stand):
    link = stand.system.manage("signin_link").strip()
    path = urlsplit(link).path
    page = ask(stand, "GET", path)
    headers = {
        "Cookie": page.headers["Set-Cookie"].partition(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode(filled_in(page.text, link))
    answers = at_once(lambda _: ask(stand, "POST", path, body, headers), range(10))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [HTTPStatus.FOUND, *[HTTPStatus.FORBIDDEN] * 9]


async def test_visitors_who_ask_the_api_without_pause_are_told_to_wait(stand):
    def ask_often(_):
        return [ask(stand, "GET", LIST) for _ in range(85)]

    async with stand.attack() as harm:
        answers = [answer for some in at_once(ask_often, range(4)) for answer in some]
    harm.assert_unnoticed()
    counts = Counter(answer.status for answer in answers)
    refused = counts[HTTPStatus.TOO_MANY_REQUESTS]
    # Of four at once, some may count as one.
    assert 30 <= refused <= 40
    assert counts == {HTTPStatus.OK: 340 - refused, HTTPStatus.TOO_MANY_REQUESTS: refused}
    assert answers[-1].headers["RateLimit"].startswith('"address";r=')
    assert stand.limited("api_requests_per_address") == refused


async def test_a_body_nested_too_deeply_is_a_mistake_of_the_client(stand):
    body = "[" * 100_000 + "]" * 100_000
    headers = {"Content-Type": "application/json", "Cookie": stand.owner.cookies}
    headers["X-CSRFToken"] = re.findall(r"csrftoken_\w+=(\w+)", stand.owner.cookies)[0]
    answer = ask(stand, "POST", LIST, body, headers)
    assert (answer.status, "nested too deeply" in answer.text) == (HTTPStatus.BAD_REQUEST, True)
    assert "Traceback" not in stand.system.output
