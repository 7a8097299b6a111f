from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import pytest

from cameras.models import Camera, CaptureSession, Transport
from streaming.backplane.connection import TIMEOUT_S
from streaming.process.web import node
from tests.streaming.api.answers import (
    LATEST,
    PICTURE_URL,
    STATS,
    is_not_now,
    is_problem,
)
from tests.streaming.frames import HEIGHT, PICTURE, WIDTH, frame

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


def test_the_facts_of_the_newest_picture(owners, live):
    told = owners.get(LATEST).json()
    received_at = datetime.fromisoformat(told.pop("received_at"))
    assert abs(received_at.timestamp() - time.time()) < 5
    assert 0 <= told.pop("age_s") < 2
    assert told == {
        "session": 7,
        "sequence": 5,
        "captured_at": "1970-01-01T00:00:01.234500Z",
        "stale": False,
        "width": WIDTH,
        "height": HEIGHT,
        "bytes": len(PICTURE),
        "url": f"http://testserver{PICTURE_URL}",
    }


def test_a_time_that_no_calendar_has_is_told_as_none(owners, show, camera):
    show(camera, frame(7, 5, captured_at=1e300), session=7)
    assert owners.get(LATEST).json()["captured_at"] is None


def test_pages_of_other_sites_show_public_cameras_alone(owners, live):
    assert owners.get(PICTURE_URL)["Cross-Origin-Resource-Policy"] == "same-origin"
    Camera.objects.update(visibility="public")
    assert owners.get(PICTURE_URL)["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_pictures_and_states_that_pages_poll_are_not_throttled(owners, live, settings):
    settings.SKYSENTRY = {"API_REQUESTS_PER_PERSON": 1}
    for url in (PICTURE_URL, STATS, PICTURE_URL, STATS):
        assert owners.get(url).status_code == 200
    assert [owners.get(LATEST).status_code for _ in range(2)] == [200, 429]


def test_the_newest_picture_is_a_jpeg(owners, live):
    response = owners.get(PICTURE_URL)
    assert (response.content, response["Content-Type"]) == (PICTURE, "image/jpeg")
    assert response["ETag"] == '"7-5"'
    assert int(response["Age"]) < 10
    assert response["Cache-Control"] == "private, no-cache"
    assert "X-Stale" not in response


@pytest.mark.parametrize("known", ["", '"7-5"'])
def test_a_picture_says_what_a_viewer_needs_to_know(owners, live, known):
    response = owners.get(PICTURE_URL, HTTP_IF_NONE_MATCH=known)
    assert abs(float(response["X-Server-Time"]) - time.time() * 1000) < 5_000
    told = {name: response[f"X-{name}"] for name in ("Session", "Sequence", "Width", "Height")}
    assert told == {"Session": "7", "Sequence": "5", "Width": str(WIDTH), "Height": str(HEIGHT)}
    assert float(response["X-Captured-At"]) == 1234.5


@pytest.mark.parametrize("accepted", ["image/jpeg", "image/avif,image/webp,image/*;q=0.8", "*/*"])
def test_a_picture_is_given_whatever_is_accepted(owners, live, accepted):
    assert owners.get(PICTURE_URL, HTTP_ACCEPT=accepted).content == PICTURE


def test_a_picture_one_has_is_not_sent_again(owners, live):
    response = owners.get(PICTURE_URL, HTTP_IF_NONE_MATCH='"7-5"')
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == '"7-5"'


@pytest.mark.parametrize("etag", ['"7-4"', '"6-5"', "nonsense"])
def test_a_picture_one_does_not_have_is_sent(owners, live, etag):
    assert owners.get(PICTURE_URL, HTTP_IF_NONE_MATCH=etag).content == PICTURE


def test_a_picture_older_than_two_seconds_is_marked(owners, show, camera):
    show(camera, frame(7, 5), age_s=4.5)
    response = owners.get(PICTURE_URL)
    assert (response.status_code, response["X-Stale"]) == (200, "true")
    # Time goes on while a slow machine asks.
    assert 4 <= int(response["Age"]) < 10
    unchanged = owners.get(PICTURE_URL, HTTP_IF_NONE_MATCH='"7-5"')
    assert (unchanged.status_code, unchanged["X-Stale"]) == (304, "true")
    assert 4 <= int(unchanged["Age"]) < 10
    told = owners.get(LATEST).json()
    assert told["stale"] is True
    assert 4.5 <= told["age_s"] < 10


@pytest.mark.parametrize("url", [LATEST, PICTURE_URL])
def test_a_picture_older_than_ten_seconds_is_not_given(owners, show, camera, url):
    CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    show(camera, frame(7, 5), age_s=11)
    assert is_not_now(owners.get(url))


@pytest.mark.parametrize("url", [LATEST, PICTURE_URL])
def test_a_camera_that_sends_none_now_is_to_be_asked_again(owners, camera, url):
    CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    assert is_not_now(owners.get(url))


@pytest.mark.parametrize("accepted", ["image/jpeg", "image/*"])
def test_errors_are_problems_whatever_is_accepted(owners, camera, accepted):
    assert is_problem(owners.get(PICTURE_URL, HTTP_ACCEPT=accepted))
    assert is_problem(owners.get("/api/cameras/nowhere/latest.jpg", HTTP_ACCEPT=accepted))
    assert is_problem(owners.post(PICTURE_URL, HTTP_ACCEPT=accepted))


@pytest.mark.parametrize("url", [LATEST, PICTURE_URL])
def test_a_camera_that_never_sent_any_has_no_picture(owners, camera, url):
    response = owners.get(url)
    assert response.status_code == 404
    assert is_problem(response)
    assert response.json()["detail"] == "This camera has never sent a picture."


def test_answers_come_again_after_a_restart(owners, live, show, valkey):
    valkey.restart()
    show(live, frame(7, 6), session=7)
    assert owners.get(PICTURE_URL)["ETag"] == '"7-6"'


# What this process relays itself


def test_a_picture_of_now_is_given_without_redis(owners, relayed, valkey):
    valkey.stop()
    answer = owners.get(PICTURE_URL)
    assert (answer.status_code, answer["ETag"], answer["Age"]) == (200, '"7-7"', "0")
    told = owners.get(STATS).json()
    assert (told["state"], told["fps"], told["stale"]) == ("live", 29.5, False)


def test_of_two_pictures_the_newer_is_given(owners, relayed, show, grow_old):
    show(relayed, frame(7, 9), session=7)
    grow_old(0.5)
    assert owners.get(PICTURE_URL)["ETag"] == '"7-9"'
    show(relayed, frame(7, 5), age_s=5, session=7)
    assert owners.get(PICTURE_URL)["ETag"] == '"7-7"'


def test_while_redis_is_away_what_is_remembered_is_marked(owners, relayed, valkey, grow_old):
    valkey.stop()
    grow_old(4.5)
    answer = owners.get(PICTURE_URL)
    assert (answer["ETag"], answer["Age"], answer["X-Stale"]) == ('"7-7"', "4", "true")
    assert owners.get(LATEST).json()["stale"] is True
    assert owners.get(STATS).json()["stale"] is True


def test_while_redis_is_frozen_what_is_remembered_is_told_soon(
    owners, relayed, valkey, monkeypatch
):
    remembered = node().hub.images._held
    held = remembered[relayed.pk]
    monkeypatch.setitem(remembered, relayed.pk, replace(held, since_s=held.since_s - 4.5))
    with valkey.frozen():
        began = time.monotonic()
        assert owners.get(PICTURE_URL)["X-Stale"] == "true"
        assert time.monotonic() - began < 3 * TIMEOUT_S


def test_a_page_whose_person_is_signed_out_since_is_not_asked_for_a_password(api, owner, live):
    page = {"HTTP_X_SIGNED_IN": str(owner.pk)}
    response = api.get("/api/cameras/front-door/latest.jpg", **page)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
