from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from cameras.models import CaptureSession, Transport
from tests.cameras.admin.actions import NOON, add, change, listed, session


def listed_sessions(client, **query):
    response = client.get(listed("capturesession"), query)
    assert response.status_code == 200
    return set(response.context["cl"].queryset)


def test_sessions_are_filtered(signed_in, garden, shed):
    over = session(garden, end_reason="lost")
    going_on = session(shed, transport=Transport.WEBSOCKET)
    assert listed_sessions(signed_in) == {over, going_on}
    assert listed_sessions(signed_in, open="yes") == {going_on}
    assert listed_sessions(signed_in, open="no") == {over}
    assert listed_sessions(signed_in, camera__id__exact=garden.pk) == {over}
    assert listed_sessions(signed_in, transport__exact="websocket") == {going_on}
    assert listed_sessions(signed_in, end_reason__exact="lost") == {over}
    assert listed_sessions(signed_in, started__year=1999) == set()


def test_sessions_are_searched(signed_in, garden, shed):
    first, second = session(garden, remote_address="192.0.2.7"), session(shed, id=5501)
    assert listed_sessions(signed_in, q="192.0.2") == {first}
    assert listed_sessions(signed_in, q="shed") == {second}
    assert listed_sessions(signed_in, q="5501") == {second}


def test_the_filter_names_no_camera_of_others(signed_in, garden, shed, camera):
    session(camera)
    shown = signed_in.get(listed("capturesession")).content.decode()
    assert "Garden" in shown
    assert "Front door" not in shown
    assert listed_sessions(signed_in, camera__id__exact=camera.pk) == set()


def test_a_filter_by_nonsense_is_no_error(signed_in, garden):
    session(garden)
    assert (
        signed_in.get(listed("capturesession"), {"camera__id__exact": "x"}, follow=True).status_code
        == 200
    )
    assert len(listed_sessions(signed_in, open="perhaps")) == 1


def test_how_long_a_session_lasted_is_shown(signed_in, garden):
    session(garden, end_reason="stopped")
    session(garden, last_seen=NOON + timedelta(seconds=62))
    shown = signed_in.get(listed("capturesession")).content.decode()
    assert "25:01:05" in shown
    assert "0:01:02" in shown


def test_sessions_are_read_and_never_written(admin, camera):
    begun = CaptureSession.objects.create(camera=camera, transport=Transport.WEBRTC)
    assert admin.get(change(begun)).status_code == 200
    assert admin.post(change(begun), {"frames": 9}).status_code == 403
    assert admin.get(add("capturesession")).status_code == 403
    url = reverse("admin:cameras_capturesession_delete", args=[begun.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 403
    assert CaptureSession.objects.get().frames == 0
