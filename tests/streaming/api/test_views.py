from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from cameras.api.problems import DATABASE_UNAVAILABLE
from cameras.models import ApiToken, Camera, CaptureSession, EndReason, Transport
from streaming.api.views import RedisUnavailable
from streaming.backplane.connection import TIMEOUT_S, connect_sync
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import Image
from streaming.domain.liveness import State
from streaming.process.web import node
from tests.streaming.frames import HEIGHT, PICTURE, WIDTH, frame
from tests.streaming.protocol.scripts import script
from tests.streaming.watch.records import ended_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

STATS = "/api/cameras/front-door/stats/"
LATEST = "/api/cameras/front-door/latest/"
PICTURE_URL = "/api/cameras/front-door/latest.jpg"
SYSTEM = "/api/stats/"
OF_CAMERA = (STATS, LATEST, PICTURE_URL)
#: Three times what is promised for answers while Redis is away.
ANSWERS_WITHIN_S = 6.0


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def owners(api, owner):
    """The API as the camera's owner uses it."""
    api.force_login(owner)
    return api


@pytest.fixture
def live(show, camera):
    """The camera sends its fifth picture just now."""
    show(camera, frame(7, 5, captured_at=1234.5), session=7)
    return camera


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


# A camera's state


def test_the_state_of_a_live_camera_is_told(owners, show, camera):
    facts = {
        "session": 7,
        "transport": "webrtc",
        "width": 640,
        "height": 480,
        "fps": 29.5,
        "bits_per_s": 9_600_000.0,
        "frames": 1770,
        "bytes": 70_800_000,
        "dropped": 3,
        "uplink_ms": 12.5,
        "jpeg": True,
        "level": 2,
    }
    show(
        camera, codecs=("h264", "vp8"), video="h264", connected_at=1000.0, publisher="olga", **facts
    )
    told = owners.get(STATS).json()
    assert told == {
        "camera": "front-door",
        "name": "Front door",
        "enabled": True,
        "state": "live",
        "reason": None,
        "since": None,
        "publisher": "olga",
        "watching": 0,
        "latency_p50_ms": None,
        "latency_p95_ms": None,
        "stale": False,
        "connected_at": "1970-01-01T00:00:01Z",
        "codecs": ["h264", "vp8"],
        "video": "h264",
        **facts,
    }


def test_a_camera_that_never_published_is_off(owners, camera):
    told = owners.get(STATS).json()
    assert (told["state"], told["session"], told["connected_at"]) == ("off", None, None)
    assert (told["reason"], told["since"], told["publisher"]) == ("never", None, None)


def test_how_a_camera_ended_is_told_for_as_long_as_there_is_a_record(owners, camera):
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    ended_session(camera, EndReason.PEER_FAILED, at)
    for told in owners.get(STATS).json(), owners.get(SYSTEM).json()["cameras"][0]:
        assert (told["state"], told["reason"]) == ("off", "peer_failed")
        assert (told["since"], told["publisher"]) == ("2026-01-02T03:04:05Z", "olga")


def test_who_filmed_is_told_to_nobody_who_has_not_signed_in(api, camera, show):
    Camera.objects.update(visibility="public")
    ended_session(camera, EndReason.STOPPED)
    assert api.get(STATS).json()["publisher"] is None
    show(camera, publisher="olga")
    assert api.get(STATS).json()["publisher"] is None
    assert api.get(SYSTEM).json()["cameras"][0]["publisher"] is None


def test_who_manages_a_camera_is_told_that_it_is_disabled(owners, camera):
    assert owners.get(STATS).json()["enabled"] is True
    Camera.objects.update(enabled=False)
    assert owners.get(STATS).json()["enabled"] is False
    assert [each["enabled"] for each in owners.get(SYSTEM).json()["cameras"]] == [False]


def test_why_a_camera_is_off_is_told(owners, show, camera):
    show(camera, state=State.OFF, session=7, reason="disconnected", connected_at=1000.0)
    told = owners.get(STATS).json()
    assert told["connected_at"] is None
    assert (told["state"], told["reason"], told["session"]) == ("off", "disconnected", 7)


def test_a_camera_nobody_hears_of_is_lost(owners, show, camera):
    show(camera, last_seen=time.time() * 1000 - 2_600, session=7)
    assert owners.get(STATS).json()["state"] == "lost"


# The newest picture


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
    assert 4 <= int(response["Age"]) < 7
    unchanged = owners.get(PICTURE_URL, HTTP_IF_NONE_MATCH='"7-5"')
    assert (unchanged.status_code, unchanged["X-Stale"]) == (304, "true")
    assert 4 <= int(unchanged["Age"]) < 7
    told = owners.get(LATEST).json()
    assert told["stale"] is True
    assert 4.5 <= told["age_s"] < 6.5


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


def is_not_now(response):
    return response.status_code == 503 and int(response["Retry-After"]) > 0 and is_problem(response)


def is_problem(response):
    return (
        response["Content-Type"] == "application/problem+json"
        and response.json()["status"] == response.status_code
    )


# The whole system


def test_the_count_of_frames_does_not_fall_while_redis_comes_back(
    api, superuser, valkey, monkeypatch
):
    monkeypatch.setattr(node().backplane.writer, "known_frames", 1250)
    api.force_login(superuser)
    assert api.get(SYSTEM).json()["frames"] == 1250


def test_the_system_is_told_to_staff_with_the_cameras_they_may_see(api, live, viewer, stranger):
    Camera.objects.create(name="Garden", owner=stranger)
    with connect_sync() as redis:
        redis.set("frames", 1250)
        redis.set(
            "process:w",
            '{"id": "w", "role": "web", "viewers": 2, "cached": 1, "skipped": 9, "cut_off": 1}',
        )
        redis.set(
            "process:i",
            '{"id": "i", "role": "ingest", "publishers": 1, "peers": 1, "lost_writes": 3}',
        )
    viewer.is_staff = True
    viewer.save()
    api.force_login(viewer)
    told = api.get(SYSTEM).json()
    [camera] = told.pop("cameras")
    assert (camera["camera"], camera["state"], camera["session"]) == ("front-door", "live", 7)
    assert told == {
        "frames": 1250,
        "publishers": 1,
        "viewers": 2,
        "cached": 1,
        "lost_writes": 3,
        "skipped": 9,
        "cut_off": 1,
    }


def test_others_are_told_what_the_cameras_they_may_see_add_up_to(
    api, show, camera, viewer, stranger
):
    hidden = Camera.objects.create(name="Garden", owner=stranger)
    show(camera, frame(7, 5), session=7, frames=300)
    show(hidden, frame(8, 5), session=8, frames=1000)
    with connect_sync() as redis:
        redis.set("frames", 1300)
        redis.set("process:i", '{"id": "i", "role": "ingest", "publishers": 2, "peers": 2}')
    api.force_login(viewer)
    told = api.get(SYSTEM).json()
    assert [each["camera"] for each in told.pop("cameras")] == ["front-door"]
    sums = {"frames": 300, "publishers": 1, "viewers": 0}
    assert told == {**sums, **dict.fromkeys(("cached", "lost_writes", "skipped", "cut_off"))}


def test_visitors_are_told_of_public_cameras(api, live, owner):
    Camera.objects.create(name="Garden", owner=owner, visibility="public")
    assert [camera["camera"] for camera in api.get(SYSTEM).json()["cameras"]] == ["garden"]


def test_many_cameras_are_one_question_to_redis_and_the_database(
    owners, owner, django_assert_num_queries
):
    for _ in range(20):
        Camera.objects.create(name="Garden", owner=owner)
    with connect_sync() as redis:
        redis.config_resetstat()
        # Session, user, cameras, and once how those ended that are off.
        for queries in 4, 3:
            with django_assert_num_queries(queries):
                assert len(owners.get(SYSTEM).json()["cameras"]) == 20
        # Each question begins with the time.
        assert redis.info("commandstats")["cmdstat_time"]["calls"] == 2


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


def test_answers_come_again_after_a_restart(owners, live, show, valkey):
    valkey.restart()
    show(live, frame(7, 6), session=7)
    assert owners.get(PICTURE_URL)["ETag"] == '"7-6"'


# What this process relays itself


@pytest.fixture
def relayed(camera):
    """The camera's seventh picture went through this process just now."""
    now_ms = time.time() * 1000
    node().hub.images.put(camera.pk, Image(frame(7, 7), now_ms))
    state = LiveState(state=State.LIVE, session=7, last_seen=now_ms, fps=29.5)
    node().hub.states.put(camera.pk, state)
    return camera


def old(camera, age_s, monkeypatch):
    """Lets the memory of a camera grow old."""
    now_s = time.monotonic() + age_s
    monkeypatch.setattr(time, "monotonic", lambda: now_s)


def test_a_picture_of_now_is_given_without_redis(owners, relayed, valkey):
    valkey.stop()
    answer = owners.get(PICTURE_URL)
    assert (answer.status_code, answer["ETag"], answer["Age"]) == (200, '"7-7"', "0")
    told = owners.get(STATS).json()
    assert (told["state"], told["fps"], told["stale"]) == ("live", 29.5, False)


def test_of_two_pictures_the_newer_is_given(owners, relayed, show, monkeypatch):
    show(relayed, frame(7, 9), session=7)
    old(relayed, 0.5, monkeypatch)
    assert owners.get(PICTURE_URL)["ETag"] == '"7-9"'
    show(relayed, frame(7, 5), age_s=5, session=7)
    assert owners.get(PICTURE_URL)["ETag"] == '"7-7"'


def test_while_redis_is_away_what_is_remembered_is_marked(owners, relayed, valkey, monkeypatch):
    valkey.stop()
    old(relayed, 4.5, monkeypatch)
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


@pytest.mark.parametrize("url", OF_CAMERA)
def test_what_is_older_than_ten_seconds_is_forgotten(owners, relayed, valkey, monkeypatch, url):
    valkey.stop()
    old(relayed, 10.1, monkeypatch)
    assert is_not_now(owners.get(url))


@pytest.mark.parametrize("url", OF_CAMERA)
def test_what_is_remembered_is_told_to_nobody_else(api, relayed, stranger, url):
    api.force_login(stranger)
    assert api.get(url).status_code == 404
