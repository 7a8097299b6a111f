from __future__ import annotations

import time

import pytest
from django.test import Client

from cameras.api import WrongTokenThrottle
from cameras.models import Camera

LIST = "/api/cameras/"
FRONT_DOOR = "/api/cameras/front-door/"


def is_problem(response, status, path=LIST, kind="about:blank"):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert (told["type"], told["status"], told["instance"]) == (kind, status, path)
    assert told["title"]
    assert told["detail"].endswith((".", "?")), told["detail"]
    return told


@pytest.fixture
def owners(api, sign_in, camera, owner):
    sign_in(owner)
    return api


@pytest.mark.parametrize("path", ["/api/nowhere/", "/api/nowhere", "/api/cameras/nowhere/"])
def test_what_is_not_there_is_a_problem(owners, path):
    is_problem(owners.get(path), 404, path)


@pytest.mark.parametrize("accepted", ["text/html", "image/jpeg"])
def test_an_unknown_address_is_a_problem_whatever_is_accepted(owners, accepted):
    is_problem(owners.get("/api/nowhere/", HTTP_ACCEPT=accepted), 404, "/api/nowhere/")


def test_a_camera_that_is_not_there_is_told_in_our_words(owners):
    told = owners.get("/api/cameras/nowhere/").json()
    assert told["detail"] == "This camera doesn't exist, or you don't have access to it."


@pytest.mark.parametrize("body", ["{", "[1, 2", "\xff", ""])
def test_malformed_json_is_a_problem(owners, body):
    is_problem(owners.generic("POST", LIST, body, content_type="application/json"), 400)


def test_the_errors_point_to_their_values(owners):
    told = is_problem(owners.post(LIST, {"width": 0, "quality": 7}, format="json"), 400)
    assert {error["pointer"] for error in told["errors"]} == {"#/name", "#/width", "#/quality"}
    assert all(error["detail"] for error in told["errors"])


def test_an_error_of_the_whole_points_to_the_whole(owners):
    told = is_problem(owners.post(LIST, ["x"], format="json"), 400)
    assert [error["pointer"] for error in told["errors"]] == ["#"]


def test_another_method_is_a_problem(owners):
    response = owners.put(LIST)
    is_problem(response, 405)
    assert "POST" in response["Allow"]


def test_another_form_of_answer_is_a_problem(owners):
    is_problem(owners.get(LIST, HTTP_ACCEPT="text/html"), 406)


@pytest.mark.parametrize(
    "media_type", ["text/csv", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_another_form_of_question_is_a_problem(owners, media_type):
    is_problem(owners.generic("POST", LIST, "name=Garden", content_type=media_type), 415)
    assert Camera.objects.count() == 1


def test_visitors_are_told_how_to_say_who_they_are(api, db):
    told = is_problem(api.post(LIST, {"name": "Garden"}), 401)
    assert "Authorization: Bearer" in told["detail"]


def test_a_missing_csrf_token_is_a_problem(api, camera, owner):
    api.force_login(owner)
    is_problem(api.post(LIST, {"name": "Garden"}), 403)


def test_a_host_that_this_server_is_not_is_a_problem(owners):
    is_problem(owners.get(LIST, HTTP_HOST="elsewhere.example"), 400)


def test_an_error_of_our_own_is_a_problem(owners, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("cameras.api.cameras.visible_with_rights", fail)
    owners.raise_request_exception = False
    told = is_problem(owners.get(LIST), 500)
    assert "ZeroDivision" not in str(told)


def test_pages_keep_their_own_errors(client):
    response = client.get("/nowhere/")
    assert (response.status_code, response["Content-Type"]) == (404, "text/html; charset=utf-8")


# Wrong tokens


def wrong(client=None, **headers):
    return (client or Client()).get(LIST, HTTP_AUTHORIZATION="Bearer ssat_wrong", **headers)


def statuses(times, **headers):
    return [wrong(**headers).status_code for _ in range(times)]


@pytest.mark.django_db
def test_wrong_tokens_are_told_to_wait_after_ten_a_minute():
    assert statuses(11) == [401] * 10 + [429]
    response = wrong()
    is_problem(response, 429)
    assert 0 < int(response["Retry-After"]) <= 60


@pytest.mark.django_db
def test_an_address_is_not_for_the_client_to_choose():
    seen = {wrong(HTTP_X_FORWARDED_FOR=f"192.0.2.{number}").status_code for number in range(11)}
    assert seen == {401, 429}
    assert statuses(1, REMOTE_ADDR="192.0.2.200") == [401]


def test_a_right_token_is_let_in_beside_wrong_ones(owners):
    statuses(11)
    assert owners.get(LIST).status_code == 200


@pytest.mark.django_db
def test_a_minute_later_one_may_try_again(monkeypatch):
    statuses(11)
    later = time.time() + 61
    monkeypatch.setattr(WrongTokenThrottle, "timer", staticmethod(lambda: later))
    assert statuses(1) == [401]
