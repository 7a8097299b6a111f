from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cameras import audit
from cameras.audit import Visit, Who
from cameras.identity import Identity
from cameras.models import AuditEvent, AuditKind, Camera
from tests.cameras.pages.browser import signed_in, text

LOG = "/audit/"


def visit(camera: Camera, name: str, minutes: float = 5, **of: Any) -> None:
    who = Who.of(of.pop("identity", Identity()), name, of.pop("address", "192.0.2.7"))
    made = Visit(uuid.uuid4().hex, camera.pk, who, **of)
    made.ended = made.started + timedelta(minutes=minutes)
    audit.write("p1", [made], [])


@pytest.fixture
def owners(camera: Camera, owner: User) -> Client:
    client = signed_in(owner)
    AuditEvent._base_manager.all().delete()
    return client


@pytest.fixture
def garden(owner: User) -> Camera:
    return Camera.objects.create(name="Garden", owner=owner)


def test_a_manager_reads_who_watched_for_how_long(
    owners: Client, camera: Camera, viewer: User
) -> None:
    visit(camera, "vera", identity=Identity(viewer.pk), publisher="olga")
    page = text(owners.get(LOG))
    assert "vera Watched while olga filmed Front door · 192.0.2.7 5 min" in page


def test_times_are_written_as_on_other_pages(owners: Client, camera: Camera) -> None:
    visit(camera, "vera")
    started = timezone.localtime(AuditEvent._base_manager.get(kind=AuditKind.WATCHED).started)
    english = f"{started:%I:%M}\u202f{started:%p}".removeprefix("0")
    for language, written in (("en", english), ("de", f"{started:%H:%M}")):
        page = owners.get(LOG, headers={"accept-language": language}).content.decode()
        assert f">{written}</time>" in page


def test_others_read_of_themselves_alone(camera: Camera, stranger: User, viewer: User) -> None:
    visit(camera, "vera", identity=Identity(viewer.pk))
    assert "vera Watched; nobody was filming" in text(signed_in(viewer).get(LOG))
    page = text(signed_in(stranger).get(LOG))
    assert "vera" not in page
    assert "Front door" not in page


def test_who_has_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    for path in LOG, f"{LOG}export/":
        assert client.get(path).headers["Location"] == f"/sign-in/?next={path}"


def test_it_is_kept_in_no_cache(owners: Client) -> None:
    assert "no-store" in owners.get(LOG).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"camera": "garden"}, {"grace"}),
        ({"who": "VER"}, {"vera"}),
        ({"who": "198.51"}, {"old"}),
        ({"kind": "watched"}, {"vera", "grace", "old"}),
        ({"kind": "filmed"}, set()),
        ({"day": f"{timezone.now() - timedelta(days=3):%Y-%m-%d}"}, {"old"}),
        ({"day": "9999-12-31"}, set()),
        ({"day": "yesterday", "kind": "?", "camera": "none"}, {"vera", "grace", "old", ""}),
    ],
)
def test_the_log_is_filtered(
    owners: Client, camera: Camera, garden: Camera, query: dict[str, str | int], found: set[str]
) -> None:
    AuditEvent._base_manager.all().delete()
    visit(camera, "vera")
    visit(garden, "grace")
    visit(camera, "old", started=timezone.now() - timedelta(days=3), address="198.51.100.1")
    response = owners.get(LOG, query)
    assert {row["event"].actor for row in response.context["rows"]} - {"olga"} == found - {""}


def test_what_matches_nothing_says_so(owners: Client) -> None:
    assert "No events match. Show all" in text(owners.get(LOG, {"who": "nobody"}))


def test_people_are_told_apart_by_name_and_visitors_by_address(
    owners: Client, camera: Camera, viewer: User, owner: User
) -> None:
    visit(camera, "vera", 90, identity=Identity(viewer.pk))
    visit(camera, "vera", 5, identity=Identity(viewer.pk), address="192.0.2.9")
    visit(camera, "olga", 50, identity=Identity(owner.pk))
    visit(camera, "", 2, address="198.51.100.1")
    visit(camera, "", 1, address="198.51.100.2")
    totals = owners.get(LOG, {"kind": "watched"}).context["totals"]
    assert [(each["name"], each["visits"], each["duration"]) for each in totals] == [
        ("vera", 2, "1\u202fh 35\u202fmin"),
        ("olga", 1, "50\u202fmin"),
        ("Visitor from 198.51.100.1", 1, "2\u202fmin"),
        ("Visitor from 198.51.100.2", 1, "1\u202fmin"),
    ]


def test_it_is_turned_page_by_page_with_its_filter(owners: Client, camera: Camera) -> None:
    for _ in range(60):
        visit(camera, "vera")
    response = owners.get(LOG, {"kind": "watched", "page": "2"})
    assert len(response.context["rows"]) == 10
    assert 'href="?kind=watched&amp;page=1"' in response.content.decode()


def test_more_events_take_no_more_queries(owners: Client, camera: Camera) -> None:
    owners.get(LOG)
    visit(camera, "vera")
    with CaptureQueriesContext(connection) as few:
        owners.get(LOG)
    for _ in range(9):
        visit(camera, "vera")
    with CaptureQueriesContext(connection) as more:
        owners.get(LOG)
    assert len(more) == len(few)


def test_that_somebody_reads_it_is_on_record_once(owners: Client) -> None:
    for _ in range(3):
        owners.get(LOG)
    assert [event.kind for event in AuditEvent.objects.all()] == [AuditKind.LOOKED_UP]


@pytest.mark.django_db(transaction=True)
async def test_what_is_shown_is_downloaded_too(
    async_client: AsyncClient, camera: Camera, owner: User
) -> None:
    await async_client.aforce_login(owner)
    await sync_to_async(visit)(camera, "=vera")
    response: Any = await async_client.get(f"{LOG}export/", {"kind": "watched"})
    assert response["Content-Disposition"] == 'attachment; filename="audit-log.csv"'
    body = b"".join([part async for part in response]).decode()
    [row] = csv.DictReader(io.StringIO(body, newline=""))
    assert (row["who_kind"], row["camera"], row["duration_s"]) == ("visitor", "front-door", "300.0")
    assert await AuditEvent.objects.filter(details__what="export").aexists()
