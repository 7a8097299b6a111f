from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cameras import audit
from cameras.audit import Visit, Who
from cameras.identity import Identity
from cameras.models import AuditEvent, AuditKind, Camera

LIST = "/api/audit/"


@pytest.fixture
def visit(camera, viewer):
    AuditEvent._base_manager.all().delete()
    made = Visit(uuid.uuid4().hex, camera.pk, Who.of(Identity(viewer.pk), "vera", "192.0.2.7"))
    made.ended = made.started + timedelta(minutes=2)
    audit.write("p1", [made], [])
    return AuditEvent.objects.get(kind=AuditKind.WATCHED)


@pytest.fixture
def owners(api, sign_in, owner):
    sign_in(owner)
    return api


def seen(response):
    return [each["id"] for each in response.json()["results"]]


def test_an_event_is_shown_with_all_its_facts(owners, visit):
    shown = owners.get(f"{LIST}{visit.pk}/").json()
    assert {name: shown.pop(name) for name in ("url", "started", "ended")}["ended"]
    assert shown == {
        "id": visit.pk,
        "kind": "watched",
        "what": "Watched; nobody was filming",
        "camera": "front-door",
        "camera_name": "Front door",
        "actor_kind": "person",
        "actor": "vera",
        "who": "vera",
        "address": "192.0.2.7",
        "open": False,
        "duration_s": 120.0,
        "details": {},
    }


def test_a_manager_sees_it_and_a_stranger_does_not(api, owners, sign_in, visit, stranger):
    assert visit.pk in seen(owners.get(LIST))
    sign_in(stranger)
    assert visit.pk not in seen(api.get(LIST))
    assert api.get(f"{LIST}{visit.pk}/").status_code == 404


def test_visitors_are_asked_who_they_are(api, visit):
    Camera.objects.update(visibility="public")
    for url in LIST, f"{LIST}{visit.pk}/":
        assert api.get(url).status_code == 401


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"camera": "front-door", "kind": "watched"}, True),
        ({"camera": "garden"}, False),
        ({"who": "ver"}, True),
        ({"who": "192.0.2"}, True),
        ({"who": "olga", "kind": "watched"}, False),
        ({"actor_kind": "person", "kind": "watched"}, True),
        ({"actor_kind": "key"}, False),
        ({"started_before": (timezone.now() - timedelta(days=1)).isoformat()}, False),
        ({"started_after": (timezone.now() - timedelta(days=1)).isoformat()}, True),
    ],
)
def test_it_is_filtered(owners, visit, query, found):
    assert (visit.pk in seen(owners.get(LIST, query))) == found


@pytest.mark.parametrize("name", ["kind", "actor_kind", "started_after"])
def test_a_filter_that_makes_no_sense_is_refused(owners, name):
    assert owners.get(LIST, {name: "perhaps"}).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_changes_it(owners, visit, method):
    assert getattr(owners, method)(f"{LIST}{visit.pk}/").status_code == 405


def test_that_a_program_reads_it_is_on_record(owners, visit):
    owners.get(LIST)
    [event] = AuditEvent.objects.filter(kind=AuditKind.LOOKED_UP)
    assert (event.actor, event.actor_kind) == ("olga (Script)", "token")
