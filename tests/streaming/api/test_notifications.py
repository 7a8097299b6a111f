from __future__ import annotations

import time

import pytest

from cameras.models import Camera, EndReason, Grant, LossNotification
from streaming.domain.liveness import State
from tests.streaming.api.answers import is_not_now, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

NOTIFICATIONS = "/api/notifications/"


@pytest.fixture
def chosen(camera, owner):
    return LossNotification.objects.create(camera=camera, user=owner, after_s=120)


def test_it_tells_how_the_chosen_cameras_are(owners, show, chosen, owner):
    Camera.objects.create(name="Another", owner=owner)
    since = 1000 * (time.time() - 45)
    show(chosen.camera, state=State.LOST, since=since)
    [told] = owners.get(NOTIFICATIONS).json()["cameras"]
    assert 45 <= told.pop("for_s") < 60
    assert told == {
        "id": str(chosen.camera.pk),
        "name": "Front door",
        "url": "/cameras/front-door/",
        "after_s": 120,
        "state": "lost",
        "reason": None,
    }


def test_a_machine_whose_clock_is_wrong_tells_for_how_long_all_the_same(
    owners, show, chosen, monkeypatch
):
    since = 1000 * (time.time() - 45)
    show(chosen.camera, state=State.LOST, since=since)
    now_s = time.time()
    monkeypatch.setattr(time, "time", lambda: now_s + 3600)
    [told] = owners.get(NOTIFICATIONS).json()["cameras"]
    assert 45 <= told["for_s"] < 60


def test_it_tells_why_a_camera_is_off(owners, show, chosen):
    show(chosen.camera, state=State.OFF, reason=EndReason.STOPPED)
    [told] = owners.get(NOTIFICATIONS).json()["cameras"]
    assert (told["state"], told["reason"], told["for_s"]) == ("off", "stopped", None)


def test_it_tells_nothing_of_cameras_that_one_may_no_longer_watch(api, camera, viewer):
    LossNotification.objects.create(camera=camera, user=viewer)
    api.force_login(viewer)
    assert len(api.get(NOTIFICATIONS).json()["cameras"]) == 1
    Grant.objects.all().delete()
    assert api.get(NOTIFICATIONS).json() == {"cameras": []}


def test_visitors_are_told_nothing(api, chosen):
    response = api.get(NOTIFICATIONS)
    assert response.status_code in {401, 403}
    assert is_problem(response)


def test_without_redis_there_is_no_answer(owners, chosen, valkey):
    valkey.stop()
    assert is_not_now(owners.get(NOTIFICATIONS))
