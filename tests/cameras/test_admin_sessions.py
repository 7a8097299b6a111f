from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from cameras.models import Camera, CaptureSession, Transport

LIST = "/admin/cameras/capturesession/"
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture
def keeper(db):
    """Sees sessions in the admin, and manages what they own."""
    user = User.objects.create_user("kim", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_capturesession"))
    return user


@pytest.fixture
def garden(keeper):
    return Camera.objects.create(name="Garden", owner=keeper)


@pytest.fixture
def shed(keeper):
    return Camera.objects.create(name="Shed", owner=keeper)


@pytest.fixture
def signed_in(client, keeper):
    client.force_login(keeper)
    return client


def session(camera, **facts):
    known = {"transport": Transport.WEBRTC, "started": NOON, "last_seen": NOON, "publisher": "kim"}
    if "end_reason" in facts:
        known["ended"] = NOON + timedelta(hours=25, minutes=1, seconds=5)
    return CaptureSession.objects.create(camera=camera, **{**known, **facts})


def listed(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return set(response.context["cl"].queryset)


# The list


def test_sessions_are_filtered(signed_in, garden, shed):
    over = session(garden, end_reason="lost")
    going_on = session(shed, transport=Transport.WEBSOCKET)
    assert listed(signed_in) == {over, going_on}
    assert listed(signed_in, open="yes") == {going_on}
    assert listed(signed_in, open="no") == {over}
    assert listed(signed_in, camera__id__exact=garden.pk) == {over}
    assert listed(signed_in, transport__exact="websocket") == {going_on}
    assert listed(signed_in, end_reason__exact="lost") == {over}
    assert listed(signed_in, started__year=1999) == set()


def test_sessions_are_searched(signed_in, garden, shed):
    first, second = session(garden, remote_address="192.0.2.7"), session(shed, id=5501)
    assert listed(signed_in, q="192.0.2") == {first}
    assert listed(signed_in, q="shed") == {second}
    assert listed(signed_in, q="5501") == {second}


def test_the_filter_names_no_camera_of_others(signed_in, garden, shed, camera):
    session(camera)
    shown = signed_in.get(LIST).content.decode()
    assert "Garden" in shown
    assert "Front door" not in shown
    assert listed(signed_in, camera__id__exact=camera.pk) == set()


def test_a_filter_by_nonsense_is_no_error(signed_in, garden):
    session(garden)
    assert signed_in.get(LIST, {"camera__id__exact": "x"}, follow=True).status_code == 200
    assert len(listed(signed_in, open="perhaps")) == 1


def test_how_long_a_session_lasted_is_shown(signed_in, garden):
    session(garden, end_reason="stopped")
    session(garden, last_seen=NOON + timedelta(seconds=62))
    shown = signed_in.get(LIST).content.decode()
    assert "25:01:05" in shown
    assert "0:01:02" in shown


# Export


made = sync_to_async(session)


async def exported(client, *sessions):
    chosen = [session.pk for session in sessions]
    response = await client.post(LIST, {"action": "export_csv", "_selected_action": chosen})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="sessions.csv"'
    return b"".join([part async for part in response]).decode()


@pytest.fixture
async def exporter(async_client, keeper):
    await async_client.aforce_login(keeper)
    return async_client


@pytest.mark.django_db(transaction=True)
async def test_the_sessions_chosen_are_exported(exporter, garden):
    chosen, _other = await made(garden, end_reason="lost", frames=90), await made(garden)
    text = await exported(exporter, chosen)
    assert text.endswith("\r\n")
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["session"], row["camera"], row["frames"]) == (str(chosen.pk), "garden", "90")
    assert (row["started"], row["end_reason"]) == (NOON.isoformat(), "lost")
    assert row["duration_s"] == str(25 * 3600 + 65.0)


@pytest.mark.django_db(transaction=True)
async def test_an_open_session_has_no_end(exporter, garden):
    [row] = csv.DictReader(io.StringIO(await exported(exporter, await made(garden))))
    assert (row["ended"], row["end_reason"], row["latency_ms"]) == ("", "", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_no_cell_is_a_formula(exporter, garden, name):
    text = await exported(exporter, await made(garden, publisher=name))
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["publisher"] == f"'{name}"


@pytest.mark.django_db(transaction=True)
async def test_quotes_commas_and_line_ends_stay_in_their_cell(exporter, garden):
    name = 'a "b", c\nd'
    text = await exported(exporter, await made(garden, publisher=name))
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert row["publisher"] == name


@pytest.mark.django_db(transaction=True)
async def test_sessions_of_others_are_not_exported(exporter, garden, camera):
    mine, foreign = await made(garden), await made(camera)
    rows = list(csv.DictReader(io.StringIO(await exported(exporter, mine, foreign))))
    assert [row["camera"] for row in rows] == ["garden"]
