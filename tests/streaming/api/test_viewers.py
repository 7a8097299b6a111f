from __future__ import annotations

import uuid

import pytest

from cameras import audit
from cameras.audit import Visit, Who
from cameras.identity import Identity
from cameras.models import Camera, Grant, Role
from streaming.api import viewers
from streaming.backplane.facts import ProcessFacts
from streaming.backplane.store import Store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

URL = "/api/cameras/front-door/viewers/"
VISITOR = Who.of(Identity(), "", "192.0.2.7")


@pytest.fixture(autouse=True)
def alive(monkeypatch):
    monkeypatch.setattr(Store, "processes", lambda _store: [ProcessFacts("alive", "web")])


def watch(camera, *whos, process="alive"):
    visits = [Visit(uuid.uuid4().hex, camera.pk, who) for who in whos]
    audit.write(process, visits, [])
    return visits


def names(api):
    return [each["name"] for each in api.get(URL).json()["viewers"]]


def test_managers_see_who_watches_by_name(api, camera, owner, viewer):
    watch(camera, Who.of(Identity(viewer.pk), "vera", "192.0.2.9"), VISITOR)
    api.force_login(owner)
    assert names(api) == ["vera", "Visitor from 192.0.2.7"]
    assert api.get(URL).json()["more"] == 0


@pytest.mark.parametrize("who", ["viewer", "stranger", None])
def test_nobody_else_hears_a_name(api, camera, viewer, stranger, who):
    Camera.objects.update(visibility="public")
    Grant.objects.create(camera=camera, user=stranger, role=Role.PUBLISH)
    watch(camera, Who.of_user(viewer))
    if who:
        api.force_login({"viewer": viewer, "stranger": stranger}[who])
    response = api.get(URL)
    assert response.status_code == (404 if who else 401)
    assert "vera" not in response.content.decode()


def test_who_has_left_is_not_there(api, camera, owner):
    [visit] = watch(camera, VISITOR)
    visit.ended = visit.started
    audit.write("alive", [visit], [])
    api.force_login(owner)
    assert names(api) == []


def test_viewers_of_a_process_that_was_killed_are_not_there(api, camera, owner):
    watch(camera, VISITOR, process="killed")
    api.force_login(owner)
    assert names(api) == []


def test_while_redis_is_away_all_are_there(api, camera, owner, monkeypatch):
    def away(_store):
        raise ConnectionError

    watch(camera, VISITOR, process="killed")
    monkeypatch.setattr(Store, "processes", away)
    monkeypatch.setattr(viewers, "Unavailable", (ConnectionError,))
    api.force_login(owner)
    assert names(api) == ["Visitor from 192.0.2.7"]


def test_of_many_the_rest_is_counted(api, camera, owner, monkeypatch):
    monkeypatch.setattr(viewers, "MAX_NAMED", 2)
    watch(camera, *[VISITOR] * 5)
    api.force_login(owner)
    answer = api.get(URL).json()
    assert (len(answer["viewers"]), answer["more"]) == (2, 3)
