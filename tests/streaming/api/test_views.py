from __future__ import annotations

import time

import pytest

from cameras.api.problems import DATABASE_UNAVAILABLE
from cameras.models import ApiToken, Camera
from streaming.api.views import RedisUnavailable
from streaming.backplane.connection import TIMEOUT_S
from tests.streaming.api.answers import (
    OF_CAMERA,
    PICTURE_URL,
    STATS,
    SYSTEM,
    is_not_now,
    is_problem,
)
from tests.streaming.protocol.scripts import script

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

#: Three times what is promised for answers while Redis is away.
ANSWERS_WITHIN_S = 6.0


def sign_in(api, who):
    if who is not None:
        api.force_login(who)


# Who may ask


@pytest.mark.parametrize("url", [STATS, PICTURE_URL])
def test_a_page_that_asks_for_single_pictures_takes_a_refusal_for_an_answer_of_ours(api, db, url):
    answer = api.get(url, HTTP_REFERER="http://testserver/")
    assert answer.status_code == 404
    assert f'"{answer["Content-Type"]}"' in script("watch/connection/polling.js")


@pytest.mark.parametrize("url", OF_CAMERA)
@pytest.mark.parametrize("who", ["owner", "viewer", "superuser"])
def test_who_may_watch_gets_an_answer(api, live, people, who, url):
    sign_in(api, people[who])
    assert api.get(url).status_code == 200


@pytest.mark.parametrize("url", OF_CAMERA)
@pytest.mark.parametrize("who", ["stranger", "visitor"])
def test_others_are_told_what_is_said_of_no_camera(api, live, people, who, url):
    sign_in(api, people[who])
    forbidden, missing = api.get(url), api.get(url.replace("front-door", "nowhere"))
    # A program is asked first who it is, where pictures are.
    expected = 401 if who == "visitor" and url == PICTURE_URL else 404
    assert (forbidden.status_code, missing.status_code) == (expected, expected)
    assert is_problem(forbidden)
    assert forbidden.json()["detail"] == missing.json()["detail"]


@pytest.mark.parametrize("url", OF_CAMERA)
def test_visitors_see_public_cameras(api, live, url):
    Camera.objects.update(visibility="public")
    assert api.get(url).status_code == 200


@pytest.mark.parametrize("url", [*OF_CAMERA, SYSTEM])
def test_a_token_is_as_good_as_a_session(api, live, viewer, url):
    _, secret = ApiToken.issue(user=viewer, name="Script")
    assert api.get(url, HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200


@pytest.mark.parametrize("url", [*OF_CAMERA, SYSTEM])
def test_a_wrong_token_is_refused(api, live, url):
    Camera.objects.update(visibility="public")
    response = api.get(url, HTTP_AUTHORIZATION="Bearer ssat_wrong")
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("url", [*OF_CAMERA, SYSTEM])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_here(owners, live, url, method):
    assert getattr(owners, method)(url).status_code == 405


@pytest.mark.parametrize("url", [*OF_CAMERA, SYSTEM])
def test_a_head_has_no_body(owners, live, url):
    response = owners.head(url)
    assert (response.status_code, response.content) == (200, b"")


# Redis away


@pytest.mark.parametrize("url", [*OF_CAMERA, SYSTEM])
def test_while_redis_is_away_one_is_asked_to_try_again(owners, live, valkey, url):
    valkey.stop()
    began = time.monotonic()
    answer = owners.get(url)
    assert is_not_now(answer)
    assert answer.json()["type"] == RedisUnavailable.kind.type
    assert time.monotonic() - began < ANSWERS_WITHIN_S


def test_pages_tell_the_database_and_redis_apart():
    for kind in (RedisUnavailable.kind, DATABASE_UNAVAILABLE):
        assert f'"{kind.type}"' in script("pages/shared/stats.js")


@pytest.mark.parametrize("url", [PICTURE_URL, SYSTEM])
def test_while_redis_is_frozen_one_is_asked_to_try_again(owners, live, valkey, url):
    with valkey.frozen():
        began = time.monotonic()
        assert is_not_now(owners.get(url))
        assert time.monotonic() - began < 3 * TIMEOUT_S


@pytest.mark.parametrize("url", OF_CAMERA)
def test_while_redis_is_away_strangers_learn_no_more(api, live, stranger, valkey, url):
    valkey.stop()
    api.force_login(stranger)
    assert api.get(url).status_code == 404


# What this process relays itself


@pytest.mark.parametrize("url", OF_CAMERA)
def test_what_is_older_than_ten_seconds_is_forgotten(owners, relayed, valkey, grow_old, url):
    valkey.stop()
    grow_old(10.1)
    assert is_not_now(owners.get(url))


@pytest.mark.parametrize("url", OF_CAMERA)
def test_what_is_remembered_is_told_to_nobody_else(api, relayed, stranger, url):
    api.force_login(stranger)
    assert api.get(url).status_code == 404
