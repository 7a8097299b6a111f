from __future__ import annotations

import logging

import pytest
from rest_framework.test import APIClient

from cameras.models import Source
from streaming.api import source as source_api
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.trial import Trial

URL = "/api/cameras/front-door/source/"
TRY = f"{URL}try/"
PASSWORD = "t0p-s3cret"
GIVEN = {"address": "http://192.168.1.20/live", "user": "olga", "password": PASSWORD}


@pytest.fixture
def client(owner):
    owner.is_staff = True
    owner.save()
    client = APIClient()
    client.force_login(owner)
    return client


@pytest.fixture
def tries(monkeypatch):
    """What is tried, and what comes of it."""
    tried = []
    answers = [Trial(codec="jpeg", still=b"\xff\xd8")]

    async def try_source(source):
        tried.append((source.address, source.user, source.password))
        return answers[-1]

    monkeypatch.setattr(source_api, "try_source", try_source)
    return tried, answers


def test_a_source_is_set_shown_changed_and_removed(client, camera, valkey):
    assert client.get(URL).status_code == 404
    made = client.put(URL, GIVEN, format="json")
    assert made.status_code == 200
    assert made.json() == client.get(URL).json()
    assert made.json() == {
        "address": GIVEN["address"],
        "recording_address": "",
        "user": "olga",
        "has_password": True,
        "every_s": 1.0,
        "enabled": True,
        "only_wanted": False,
        "state": "",
        "problem": "",
        "text": "The server doesn't connect to it now.",
    }
    assert client.put(URL, {**GIVEN, "password": "other", "every_s": 2}, format="json").json()
    assert Source.objects.get().password == "other"
    assert client.delete(URL).status_code == 204
    assert not Source.objects.exists()


def test_a_password_goes_in_and_never_out(client, camera, valkey, caplog):
    caplog.set_level(logging.DEBUG)
    answers = [client.put(URL, GIVEN, format="json"), client.get(URL)]
    answers.append(client.put(URL, {**GIVEN, "address": "ftp://x"}, format="json"))
    answers.append(
        client.put(URL, {**GIVEN, "address": f"http://olga:{PASSWORD}@cam/"}, format="json")
    )
    assert [each.status_code for each in answers] == [200, 200, 400, 400]
    assert all("no-store" in each["Cache-Control"] for each in answers)
    said = "".join(each.content.decode() for each in answers) + caplog.text
    assert PASSWORD not in said
    assert Source.objects.get().password == PASSWORD


def test_a_password_that_is_left_out_stays_but_goes_to_no_other_device(client, camera, valkey):
    client.put(URL, GIVEN, format="json")
    same = {"address": "http://192.168.1.20/other", "user": "olga"}
    assert client.put(URL, same, format="json").status_code == 200
    assert Source.objects.get().password == PASSWORD
    elsewhere = {"address": "http://192.0.2.66/live", "user": "olga"}
    for answer in (
        client.put(URL, elsewhere, format="json"),
        client.post(TRY, elsewhere, format="json"),
    ):
        assert answer.status_code == 400
        assert "password again" in answer.content.decode()


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_managing_a_camera_is_not_enough(owner, camera, method):
    client = APIClient()
    client.force_login(owner)
    assert getattr(client, method)(URL, GIVEN, format="json").status_code == 403
    assert client.post(TRY, GIVEN, format="json").status_code == 403


def test_who_may_not_see_the_camera_learns_nothing_of_it(stranger, camera):
    stranger.is_staff = True
    stranger.save()
    client = APIClient()
    client.force_login(stranger)
    assert client.get(URL).status_code == 404
    assert APIClient().get(URL).status_code in (401, 403)


def test_what_came_of_trying_is_said_with_a_picture(client, camera, tries):
    tried, answers = tries
    answer = client.post(TRY, GIVEN, format="json").json()
    assert answer == {
        "works": True,
        "problem": "",
        "text": "It works: this is what the camera sees.",
        "codec": "jpeg",
        "still": "/9g=",
    }
    assert tried == [(GIVEN["address"], "olga", PASSWORD)]
    assert not Source.objects.exists()
    answers.append(Trial(codec="h264"))
    assert "H264" in client.post(TRY, GIVEN, format="json").json()["text"]
    answers.append(Trial(SourceErrorCode.REFUSED))
    answer = client.post(TRY, GIVEN, format="json").json()
    assert (answer["works"], answer["problem"]) == (False, "refused")
    assert "password" in answer["text"]


def test_few_are_tried_at_once(client, camera, tries):
    for _ in range(source_api.MAX_TRIALS):
        assert source_api._trials.acquire(blocking=False)
    try:
        assert client.post(TRY, GIVEN, format="json").status_code == 429
    finally:
        source_api._trials.release(source_api.MAX_TRIALS)
    assert client.post(TRY, GIVEN, format="json").status_code == 200
