from __future__ import annotations

from http import HTTPStatus
from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from cameras.models import ApiToken
from streaming.limits import Limits
from streaming.process.web import node
from streaming.watch import polls
from streaming.watch.polls import BURST_S, Polls
from tests.cameras.api.test_problems import is_problem
from tests.streaming.protocol.scripts import number

pytestmark = pytest.mark.django_db

STATS = "/api/cameras/front-door/stats/"
POLLED = (STATS, "/api/cameras/front-door/latest.jpg", "/api/cameras/front-door/stream.mjpg")
#: What a page without a WebSocket asks for at most: a picture and a state in each tick.
OF_A_PAGE_PER_S = 2 * 1000 / number("watch/connection/polling.js", "TICK_MS")


@pytest.fixture
def api():
    return APIClient(REMOTE_ADDR="192.0.2.7")


@pytest.fixture
def _few(settings, monkeypatch):
    settings.SKYSENTRY = {"POLLS_PER_S": 1}
    # A busy machine may take seconds for as many requests as are allowed at once.
    monkeypatch.setattr(polls, "time", SimpleNamespace(monotonic=lambda: 1000.0))
    monkeypatch.setattr(node(), "polls", Polls())


def ask(api, path=STATS, **extra):
    return api.get(path, headers={"Referer": "http://testserver/"}, **extra)


def use_up(api, **extra):
    answers = [ask(api, **extra).status_code for _ in range(BURST_S)]
    assert HTTPStatus.TOO_MANY_REQUESTS not in answers


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("path", POLLED)
def test_a_reader_who_asks_without_end_is_told_when_to_come_back(api, path):
    before = node().refusals.total["polls_per_s"]
    use_up(api)
    refused = ask(api, path)
    is_problem(refused, 429, path)
    assert refused["Retry-After"] == "1"
    assert node().refusals.total["polls_per_s"] == before + 1


@pytest.mark.usefixtures("_few")
def test_visitors_of_another_network_have_their_own(api):
    use_up(api, REMOTE_ADDR="2001:db8:1:2::1")
    assert ask(api, REMOTE_ADDR="2001:db8:1:2::2").status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert ask(api, REMOTE_ADDR="2001:db8:1:3::1").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.usefixtures("_few", "valkey")
def test_a_person_counts_wherever_they_are_and_by_whatever_they_show(api, viewer, camera):
    use_up(api)
    _, secret = ApiToken.issue(user=viewer, name="Script")
    token = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}", REMOTE_ADDR="192.0.2.8")
    use_up(token)
    api.force_login(viewer)
    assert ask(api).status_code == HTTPStatus.TOO_MANY_REQUESTS


def test_five_pages_of_one_reader_never_meet_the_limit():
    assert 5 * OF_A_PAGE_PER_S <= Limits().POLLS_PER_S
