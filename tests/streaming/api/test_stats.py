from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from cameras.models import Camera, EndReason
from streaming.backplane.connection import connect_sync
from streaming.domain.liveness import State
from streaming.process.web import node
from tests.streaming.api.answers import (
    STATS,
    SYSTEM,
)
from tests.streaming.frames import frame
from tests.streaming.watch.records import ended_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


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
