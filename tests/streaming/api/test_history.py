from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cameras import history
from cameras.models import Camera, CaptureSession
from tests.cameras.test_history import MINUTE

pytestmark = pytest.mark.django_db

CAMERA, ALL = "/api/cameras/front-door/history/", "/api/history/"


def ago(**time):
    return timezone.now() - timedelta(**time)


def session(camera, began, ended=None, reason=""):
    last_seen = ended or timezone.now()
    return CaptureSession.objects.create(
        camera=camera,
        publisher="olga",
        transport="webrtc",
        started=began,
        last_seen=last_seen,
        ended=ended,
        end_reason=reason,
    )


@pytest.fixture
def night(camera):
    """The connection failed five hours ago, for an hour; some seconds were lost an hour ago."""
    session(camera, ago(hours=20), ago(hours=5), "peer_failed")
    session(camera, ago(hours=4))
    minute = ago(hours=1).replace(second=0, microsecond=0)
    history.record(minute, {camera.pk: {**MINUTE, "lost_s": 10}})
    return camera


def asked(api, who, url, **query):
    api.force_login(who)
    answer = api.get(url, query)
    assert answer.status_code == 200
    return answer.json()


def states(told):
    return [span["state"] for span in told["spans"]]


def test_what_was_wrong_is_told_with_its_time_and_reason(api, night, owner):
    told = asked(api, owner, CAMERA)
    assert (told["range"], told["step_s"]) == ("24h", 300)
    assert states(told) == ["off", "live", "lost", "live", "lost", "live"]
    lost = told["spans"][2]
    assert (lost["reason"], lost["publisher"], lost["count"]) == ("peer_failed", "olga", 1)
    began, ended = map(datetime.fromisoformat, (lost["started"], lost["ended"]))
    assert round((ended - began).total_seconds()) == 3600


def test_who_published_is_told_to_those_who_manage_the_camera(api, night, viewer):
    told = asked(api, viewer, CAMERA)
    assert states(told)[2] == "lost"
    assert {span["publisher"] for span in told["spans"]} == {None}
    [of_all] = asked(api, viewer, ALL)["cameras"]
    assert {span["publisher"] for span in of_all["spans"]} == {None}


def test_points_are_of_the_range_that_was_asked_for(api, camera, owner):
    now = timezone.now().replace(second=0, microsecond=0)
    for back in 2, 30, 50, 300:
        history.record(now - timedelta(minutes=back), {camera.pk: MINUTE})
    told = asked(api, owner, CAMERA, range="1h")
    assert [point["frames"] for point in told["points"]] == [1800] * 3
    assert told["points"][0]["at"] == (now - timedelta(minutes=50)).isoformat().replace(
        "+00:00", "Z"
    )
    week = asked(api, owner, CAMERA, range="7d")["points"]
    assert sum(point["frames"] for point in week) == 4 * 1800


@pytest.mark.parametrize("url", [CAMERA, ALL])
def test_other_ranges_there_are_none(api, camera, owner, url):
    api.force_login(owner)
    answer = api.get(url, {"range": "1y"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "range"


@pytest.mark.parametrize("who", ["stranger", "visitor"])
def test_others_are_told_nothing(api, night, people, who):
    if people[who]:
        api.force_login(people[who])
    assert api.get(CAMERA).status_code == 404
    assert api.get(ALL).json()["cameras"] == []


def test_all_cameras_are_told_by_few_questions(api, night, owner, django_assert_max_num_queries):
    for number in range(20):
        session(Camera.objects.create(name=f"Camera {number}", owner=owner), ago(hours=3))
    api.force_login(owner)
    with django_assert_max_num_queries(12):
        told = api.get(ALL).json()
    assert len(told["cameras"]) == 21
    assert told["cameras"][0]["name"] == "Camera 0"
