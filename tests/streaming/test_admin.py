from __future__ import annotations

import time
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils.html import escape

from cameras.models import Camera, EndReason, Grant, Role
from streaming.backplane.connection import TIMEOUT_S, connect_sync
from streaming.domain.liveness import LOSSES, State
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change
from tests.streaming.frames import frame
from tests.streaming.waiting import until

pytestmark = pytest.mark.usefixtures("valkey")

LIST = "/admin/cameras/camera/"
ADD = "/admin/cameras/camera/add/"
#: Of the page that asks first.
YES = {"confirmed": "yes"}
PICTURE = '<img class="live-picture" src="/api/cameras/front-door/latest.jpg"'


@pytest.fixture
def clerk(camera):
    """May look at the camera in the admin, and change nothing there."""
    user = User.objects.create_user("clara", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_camera"))
    Grant.objects.create(camera=camera, user=user, role=Role.MANAGE)
    return user


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def page_of(camera):
    return reverse("admin:cameras_camera_change", args=[camera.pk])


# What a camera does now


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.OFF, "○ Off · Nobody has filmed here yet"),
        (State.CONNECTING, "◌ Connecting"),
        (State.LIVE, "● Live · stills · 30 fps · 12 ms"),
        (State.PAUSED, "❚❚ Paused"),
        (State.LOST, "✕ Lost"),
    ],
)
def test_its_state_is_told_in_shape_and_words(admin, show, camera, state, words):
    show(camera, state=state, fps=29.7, uplink_ms=12.3)
    shown = f'<span class="live-state live-state-{state}">{words}</span>'
    assert shown in page(admin, LIST)
    assert shown in page(admin, page_of(camera))


@pytest.mark.parametrize("reason", list(EndReason))
def test_why_and_since_when_it_is_off_is_told_with_who_filmed(admin, show, camera, reason):
    show(camera, state=State.OFF, reason=reason, publisher="olga", since=1_767_276_180_000.0)
    symbol = "✕ Lost" if reason in LOSSES else "○ Off"
    words = f"{symbol} · {EndReason(reason).label} · olga · 01/01/2026, 2:03\u202fPM"
    assert words in unescape(page(admin, LIST))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"video": "h264"}, "● Live · H.264 · 30 fps · 12 ms"),
        ({"jpeg": True}, "● Live · JPEG · 30 fps · 12 ms"),
        (
            {"video": "vp8", "jpeg": True, "level": 2},
            "● Live · VP8 + JPEG · 30 fps · 12 ms · 2 steps down",
        ),
    ],
)
def test_what_a_live_camera_sends_is_told(admin, show, camera, facts, words):
    show(camera, fps=29.7, uplink_ms=12.3, **facts)
    assert words in page(admin, LIST)


def test_a_live_camera_shows_its_picture(admin, show, camera):
    show(camera, frame(7, 1), session=7)
    assert PICTURE in page(admin, LIST)
    assert PICTURE in page(admin, page_of(camera))
    assert admin.get("/api/cameras/front-door/latest.jpg").status_code == 200


def test_a_camera_that_is_not_live_shows_none(admin, show, camera):
    show(camera, frame(7, 1), state=State.PAUSED)
    assert "live-picture" not in page(admin, LIST)


def test_a_disabled_camera_shows_no_picture(admin, show, camera):
    show(camera, frame(7, 1))
    Camera.objects.update(enabled=False)
    assert "live-picture" not in page(admin, LIST)


def test_names_are_text_and_nothing_else(admin, show, camera):
    Camera.objects.update(name='"><script>alert(1)</script>')
    show(camera, frame(7, 1))
    shown = page(admin, LIST)
    assert "<script>alert" not in shown
    assert escape('Newest picture of "><script>alert(1)</script>') in shown


def test_a_camera_that_is_made_is_off(admin):
    shown = page(admin, ADD)
    assert "○ Off" in shown
    assert "live-picture" not in shown


def test_an_empty_list_is_no_error(admin):
    assert "0 cameras" in page(admin, LIST)


@pytest.mark.parametrize("cameras", [1, 30])
def test_a_page_asks_redis_once_and_the_database_as_ever(
    admin, owner, show, cameras, django_assert_max_num_queries
):
    for _ in range(cameras):
        show(Camera.objects.create(name="Garden", owner=owner))
    with connect_sync() as redis:
        redis.config_resetstat()
        with django_assert_max_num_queries(8):
            assert page(admin, LIST).count("● Live") == cameras
        # Each question begins with the time.
        assert redis.info("commandstats")["cmdstat_time"]["calls"] == 1


def test_the_list_is_searched_and_sorted_as_ever(admin, show, camera, owner):
    Camera.objects.create(name="Garden", owner=owner)
    show(camera)
    shown = page(admin, f"{LIST}?q=front&o=2")
    assert shown.count("live-state ") == 1


# Redis away


def test_while_redis_is_away_the_admin_works_and_says_so(admin, camera, valkey):
    valkey.stop()
    for url in LIST, page_of(camera), ADD:
        assert "? Unknown · Redis is unreachable" in page(admin, url)


def test_while_redis_is_frozen_the_admin_answers(admin, camera, valkey):
    with valkey.frozen():
        began = time.monotonic()
        assert "? Unknown · Redis is unreachable" in page(admin, LIST)
        assert time.monotonic() - began < 3 * TIMEOUT_S


def test_a_camera_is_changed_though_redis_is_away(admin, camera, valkey):
    valkey.stop()
    admin.post(LIST, {**YES, "action": "disable", "_selected_action": [camera.pk]})
    assert not Camera.objects.get().enabled


# Disconnecting


@pytest.mark.django_db(transaction=True)
async def test_an_operator_disconnects_the_cameras_chosen(async_client, superuser, owner, heard):
    await async_client.aforce_login(superuser)
    cameras = [await Camera.objects.acreate(name="Garden", owner=owner) for _ in range(3)]
    await until(lambda: len(heard) >= 3)
    heard.clear()
    chosen = [camera.pk for camera in cameras[:2]]
    await async_client.post(LIST, {**YES, "action": "disconnect", "_selected_action": chosen})
    await until(lambda: len(heard) >= 2)
    assert {change.camera_id for change in heard} == set(chosen)
    assert {change.kind for change in heard} == {"disconnect"}


@pytest.mark.django_db(transaction=True)
async def test_who_may_not_change_a_camera_disconnects_none(async_client, camera, clerk, heard):
    await async_client.aforce_login(clerk)
    response = await async_client.get(LIST)
    assert b"Front door" in response.content
    assert b"disconnect" not in response.content
    await async_client.post(LIST, {**YES, "action": "disconnect", "_selected_action": [camera.pk]})
    camera.location = "Hall"
    await camera.asave()
    await until(lambda: heard)
    assert heard == [Change(ChangeKind.ACCESS, camera.pk)]


def test_an_operator_is_asked_before_cameras_are_disconnected(admin, camera, valkey):
    valkey.stop()
    chosen = {"action": "disconnect", "_selected_action": [camera.pk]}
    asked = admin.post(LIST, chosen).content.decode()
    assert "Disconnect these cameras?" in asked
    assert "Front door" in asked


def test_an_operator_is_told_when_nobody_heard(admin, camera, valkey):
    valkey.stop()
    disconnect = {**YES, "action": "disconnect", "_selected_action": [camera.pk]}
    shown = admin.post(LIST, disconnect, follow=True).content.decode()
    assert "Redis is unreachable. Try again in a moment." in shown
    assert "Disconnected." not in shown
