from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cameras.models import Camera, CaptureSession, Grant, Role, Transport

LIST = "/api/sessions/"
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def garden(owner):
    return Camera.objects.create(name="Garden", owner=owner)


@pytest.fixture
def over(camera):
    return CaptureSession.objects.create(
        camera=camera,
        publisher="olga",
        remote_address="192.0.2.7",
        user_agent="Mozilla/5.0",
        transport=Transport.WEBRTC,
        started=NOON,
        last_seen=NOON + timedelta(minutes=1),
        ended=NOON + timedelta(minutes=1),
        end_reason="lost",
        frames=1800,
        bytes=72_000_000,
        dropped=3,
        mean_fps=30.0,
        latency_ms=12.5,
    )


@pytest.fixture
def going_on(garden):
    return CaptureSession.objects.create(
        camera=garden,
        transport=Transport.WEBSOCKET,
        started=NOON + timedelta(hours=1),
        last_seen=NOON + timedelta(hours=2),
    )


@pytest.fixture
def owners(api, sign_in, owner):
    sign_in(owner)
    return api


def numbers(response):
    return [shown["id"] for shown in response.json()["results"]]


def test_a_session_is_shown_with_all_its_facts(owners, over):
    shown = owners.get(f"{LIST}{over.pk}/").json()
    times = {name: shown.pop(name) for name in ("started", "last_seen", "ended")}
    assert times["started"] == NOON.isoformat().replace("+00:00", "Z")
    assert times["ended"] == times["last_seen"] > times["started"]
    assert shown == {
        "url": f"http://testserver/api/sessions/{over.pk}/",
        "id": over.pk,
        "camera": "front-door",
        "publisher": "olga",
        "remote_address": "192.0.2.7",
        "user_agent": "Mozilla/5.0",
        "transport": "webrtc",
        "end_reason": "lost",
        "duration_s": 60.0,
        "frames": 1800,
        "bytes": 72_000_000,
        "dropped": 3,
        "mean_fps": 30.0,
        "latency_ms": 12.5,
    }


def test_an_open_session_has_no_end(owners, going_on):
    shown = owners.get(f"{LIST}{going_on.pk}/").json()
    assert (shown["ended"], shown["end_reason"], shown["duration_s"]) == (None, "", 3600.0)


@pytest.mark.parametrize("role", [None, Role.WATCH, Role.PUBLISH])
def test_only_managers_see_sessions(api, sign_in, over, stranger, role):
    if role:
        Grant.objects.create(camera=over.camera, user=stranger, role=role)
    sign_in(stranger)
    assert numbers(api.get(LIST)) == []
    assert api.get(f"{LIST}{over.pk}/").status_code == 404
    Grant.objects.update_or_create(
        camera=over.camera, user=stranger, defaults={"role": Role.MANAGE}
    )
    assert numbers(api.get(LIST)) == [over.pk]


def test_visitors_are_asked_who_they_are(api, over):
    Camera.objects.update(visibility="public")
    for url in LIST, f"{LIST}{over.pk}/":
        assert api.get(url).status_code == 401


@pytest.mark.parametrize(
    ("query", "ended", "open_"),
    [
        ({}, True, True),
        ({"camera": "garden"}, False, True),
        ({"open": "true"}, False, True),
        ({"open": "false"}, True, False),
        ({"end_reason": "lost"}, True, False),
        ({"transport": "websocket"}, False, True),
        ({"started_after": (NOON + timedelta(hours=1)).isoformat()}, False, True),
        ({"started_before": (NOON + timedelta(hours=1)).isoformat()}, True, False),
        ({"camera": "nowhere"}, False, False),
    ],
)
def test_sessions_are_filtered(owners, over, going_on, query, ended, open_):
    seen = numbers(owners.get(LIST, query))
    assert (over.pk in seen, going_on.pk in seen) == (ended, open_)


def test_sessions_are_ordered(owners, over, going_on):
    assert numbers(owners.get(LIST)) == [going_on.pk, over.pk]
    assert numbers(owners.get(LIST, {"ordering": "started"})) == [over.pk, going_on.pk]
    assert numbers(owners.get(LIST, {"ordering": "-frames"})) == [over.pk, going_on.pk]


@pytest.mark.parametrize(
    "name", ["open", "end_reason", "transport", "started_after", "started_before", "ordering"]
)
def test_a_filter_that_makes_no_sense_is_refused(owners, over, name):
    response = owners.get(LIST, {name: "perhaps"})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize("number", ["0", "9999999999", "9" * 30, "x", "-1"])
def test_a_number_that_was_never_given_is_not_found(owners, over, number):
    assert owners.get(f"{LIST}{number}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_changes_a_session(owners, over, method):
    assert getattr(owners, method)(f"{LIST}{over.pk}/").status_code == 405


@pytest.mark.parametrize("sessions", [1, 40])
def test_a_list_of_any_length_costs_two_queries(
    client, owner, over, sessions, django_assert_num_queries
):
    for _ in range(1, sessions):
        CaptureSession.objects.create(camera=over.camera, transport=Transport.WEBRTC)
    client.force_login(owner)
    # Beside the session and its user: how many there are, and the page.
    with django_assert_num_queries(2 + 2):
        assert len(numbers(client.get(LIST))) == sessions
