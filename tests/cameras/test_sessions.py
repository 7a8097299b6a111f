from __future__ import annotations

from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.utils import timezone

from cameras import sessions
from cameras.access import Identity
from cameras.models import Camera, CaptureSession, EndReason, PublishKey
from cameras.sessions import (
    close_abandoned,
    close_session,
    open_session,
    prune,
    record,
    resume_session,
)

MAY_RETURN = {"lost", "peer_failed", "signaling_lost", "server_stopped"}


@pytest.fixture
def identity(owner):
    return Identity(owner.pk, None, None)


@pytest.fixture
def session(camera, identity):
    return opened(camera, identity)


def opened(camera, identity, **facts):
    known = {
        "publisher": "olga",
        "remote_address": "192.0.2.7",
        "user_agent": "Mozilla/5.0",
        "transport": "webrtc",
    }
    return open_session(camera.pk, identity, **{**known, **facts})


def seconds_ago(seconds):
    return timezone.now() - timedelta(seconds=seconds)


def test_a_new_session_is_open_and_knows_who(session, camera, owner):
    session.refresh_from_db()
    assert (session.camera, session.user, session.key) == (camera, owner, None)
    assert (session.publisher, session.remote_address) == ("olga", "192.0.2.7")
    assert (session.ended, session.end_reason, session.frames) == (None, "", 0)
    assert session.latency_ms is None


def test_what_is_too_long_to_store_is_cut(camera, identity):
    long = "x" * 1000
    session = opened(camera, identity, publisher=long, remote_address=long, user_agent=long)
    session.full_clean(exclude=["user", "key", "ended", "latency_ms"])


def test_what_came_is_added_up(session):
    record(session.pk, frames=30, bytes=1200)
    record(session.pk, frames=15, dropped=2, latency_ms=18.0)
    session.refresh_from_db()
    assert (session.frames, session.bytes, session.dropped) == (45, 1200, 2)
    assert session.latency_ms == 18.0


def test_the_latency_is_the_mean_of_all_frames(session):
    record(session.pk, frames=30, latency_ms=10.0)
    record(session.pk, frames=10, latency_ms=50.0)
    record(session.pk, latency_ms=None)
    session.refresh_from_db()
    assert session.latency_ms == 20.0


def test_the_mean_frame_rate_is_that_of_the_time_in_which_pictures_were_wanted(session):
    record(session.pk, frames=30, wanted_s=1.5, wanted_frames=30)
    record(session.pk, frames=60)
    record(session.pk, frames=70, wanted_s=2.5, wanted_frames=70)
    session.refresh_from_db()
    assert (session.frames, session.mean_fps) == (160, 25.0)


def test_a_session_of_which_only_stills_were_wanted_has_no_mean_frame_rate(session):
    record(session.pk, frames=60)
    close_session(session.pk, "stopped")
    session.refresh_from_db()
    assert (session.frames, session.mean_fps) == (60, 0.0)


def test_a_record_is_a_sign_of_life(session):
    CaptureSession.objects.update(last_seen=seconds_ago(60))
    record(session.pk)
    session.refresh_from_db()
    assert session.last_seen > seconds_ago(5)


def test_closing_keeps_the_last_totals(session):
    close_session(session.pk, "stopped", frames=90)
    session.refresh_from_db()
    assert (session.end_reason, session.frames) == ("stopped", 90)
    assert session.ended is not None


def test_the_first_reason_stays(session):
    close_session(session.pk, "taken_over")
    close_session(session.pk, "lost", frames=90)
    session.refresh_from_db()
    assert (session.end_reason, session.frames) == ("taken_over", 0)


def test_a_closed_session_records_nothing_more(session):
    close_session(session.pk, "stopped")
    record(session.pk, frames=90)
    session.refresh_from_db()
    assert session.frames == 0


def test_the_end_of_a_deleted_session_is_no_error(session):
    CaptureSession.objects.all().delete()
    record(session.pk, frames=1)
    close_session(session.pk, "stopped")


def test_a_session_may_be_resumed_on_another_way(session, identity):
    resumed = resume_session(session.pk, identity, within_s=30, transport="websocket")
    assert resumed is not None
    assert resumed.transport == "websocket"


def test_an_open_session_is_resumed(session, identity):
    assert resume_session(session.pk, identity, within_s=30, transport="webrtc") == session


@pytest.mark.parametrize("reason", EndReason.values)
def test_a_session_is_resumed_unless_it_was_ended_on_purpose(session, identity, reason):
    close_session(session.pk, reason)
    resumed = resume_session(session.pk, identity, within_s=30, transport="webrtc")
    assert (resumed is not None) is (reason in MAY_RETURN)


def test_a_resumed_session_is_open_again_with_its_totals(session, identity):
    close_session(session.pk, "lost", frames=90)
    resumed = resume_session(session.pk, identity, within_s=30, transport="webrtc")
    assert resumed is not None
    assert (resumed.ended, resumed.end_reason, resumed.frames) == (None, "", 90)


@pytest.mark.parametrize(("seconds", "resumed"), [(25, True), (35, False)])
def test_a_session_is_resumed_within_its_time(session, identity, seconds, resumed):
    close_session(session.pk, "lost")
    CaptureSession.objects.update(ended=seconds_ago(seconds))
    assert (
        resume_session(session.pk, identity, within_s=30, transport="webrtc") is not None
    ) is resumed


def test_nobody_else_resumes_a_session(session, stranger, camera):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    for other in (stranger.pk, None, None), (None, None, None), (None, None, key.pk):
        assert resume_session(session.pk, Identity(*other), within_s=30, transport="webrtc") is None


def test_a_key_resumes_its_own_session(camera, owner):
    mine, other = (PublishKey.issue(camera=camera, name=name)[0].pk for name in "ab")
    session = opened(camera, Identity(None, None, mine))
    assert (
        resume_session(session.pk, Identity(None, None, other), within_s=30, transport="webrtc")
        is None
    )
    assert (
        resume_session(session.pk, Identity(owner.pk, None, None), within_s=30, transport="webrtc")
        is None
    )
    assert (
        resume_session(session.pk, Identity(None, None, mine), within_s=30, transport="webrtc")
        == session
    )


def test_the_session_of_a_deleted_key_is_resumed_by_nobody(camera):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    session = opened(camera, Identity(None, None, key.pk))
    number = key.pk
    key.delete()
    for identity in Identity(None, None, number), Identity(None, None, None):
        assert resume_session(session.pk, identity, within_s=30, transport="webrtc") is None


@pytest.mark.parametrize("number", [0, 2**32, 2**70])
def test_a_number_that_was_never_given_resumes_nothing(identity, number):
    assert resume_session(number, identity, within_s=30, transport="webrtc") is None


def test_of_a_camera_that_never_connected_no_record_stays(session):
    close_session(session.pk, "peer_failed", was_connected=False)
    assert not CaptureSession.objects.exists()


def test_a_session_that_had_frames_before_is_kept(session):
    record(session.pk, frames=1)
    close_session(session.pk, "peer_failed", was_connected=False)
    assert CaptureSession.objects.get().end_reason == "peer_failed"


def test_numbers_of_forgotten_sessions_are_not_given_again(session, camera, identity):
    close_session(session.pk, "peer_failed", was_connected=False)
    assert opened(camera, identity).pk > session.pk


def test_silent_sessions_are_closed_at_their_last_sign_of_life(camera, identity):
    silent, alive, ended = (opened(camera, identity) for _ in range(3))
    close_session(ended.pk, "stopped")
    last_seen = seconds_ago(120)
    CaptureSession.objects.filter(pk__in=[silent.pk, ended.pk]).update(last_seen=last_seen)
    assert close_abandoned(older_than_s=60) == 1
    for session in silent, alive, ended:
        session.refresh_from_db()
    assert (silent.ended, silent.end_reason) == (last_seen, "server_stopped")
    assert alive.ended is None
    assert ended.end_reason == "stopped"


@pytest.mark.django_db(transaction=True)
async def test_the_live_side_calls_it_from_its_event_loop(camera, identity):
    session = await database_sync_to_async(opened)(camera, identity)
    await database_sync_to_async(record)(session.pk, frames=3)
    await database_sync_to_async(close_session)(session.pk, "lost")
    resumed = await database_sync_to_async(resume_session)(
        session.pk, identity, within_s=30, transport="webrtc"
    )
    assert resumed is not None
    assert resumed.frames == 3


def ended_long_ago(camera, identity, days):
    session = opened(camera, identity)
    close_session(session.pk, "stopped")
    ended = seconds_ago(days * 86400)
    CaptureSession.objects.filter(pk=session.pk).update(ended=ended)
    return session


def test_old_sessions_are_pruned_and_young_and_open_ones_stay(camera, identity):
    ended_long_ago(camera, identity, 91)
    ended_long_ago(camera, identity, 400)
    young = ended_long_ago(camera, identity, 89)
    still_open = opened(camera, identity)
    assert prune(kept_days=90) == 2
    assert set(CaptureSession.objects.values_list("pk", flat=True)) == {young.pk, still_open.pk}


def test_the_last_session_of_a_camera_is_never_pruned(camera, identity, owner):
    quiet = Camera.objects.create(name="Shed", owner=owner)
    for each in (camera, quiet):
        ended_long_ago(each, identity, 300)
        ended_long_ago(each, identity, 200)
    assert prune(kept_days=90) == 2
    assert camera.sessions.count() == quiet.sessions.count() == 1


def test_few_are_pruned_at_once_and_the_oldest_first(camera, identity, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_PRUNED", 1)
    first = ended_long_ago(camera, identity, 300)
    ended_long_ago(camera, identity, 300)
    ended_long_ago(camera, identity, 300)
    assert prune(kept_days=90) == 1
    assert not CaptureSession.objects.filter(pk=first.pk).exists()
