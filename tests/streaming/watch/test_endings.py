from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from cameras import database, sessions
from cameras.models import Camera, EndReason
from streaming.backplane.live_state import LiveState
from streaming.domain.liveness import State
from streaming.watch import endings as endings_module
from streaming.watch.endings import MAX_KNOWN, Endings
from tests.streaming.watch.records import ended_session, open_session

pytestmark = pytest.mark.django_db

OFF = LiveState()
LIVE = LiveState(state=State.LIVE, session=7)
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def endings():
    return Endings()


def complete(endings, camera, state=OFF):
    [completed] = endings.complete_all([camera.pk], [state])
    return completed


def told(state):
    return (state.state, state.reason, state.publisher)


@pytest.mark.parametrize("reason", list(EndReason))
def test_the_record_tells_how_a_camera_ended(endings, camera, reason):
    ended_session(camera, "stopped", publisher="vera")
    newest = ended_session(camera, reason, AT)
    state = complete(endings, camera)
    assert told(state) == (State.OFF, reason, "olga")
    assert (state.since, state.session) == (1000 * AT.timestamp(), newest.pk)


def test_a_camera_without_a_record_has_never_published(endings, camera):
    assert told(complete(endings, camera)) == (State.OFF, "never", "")


def test_what_redis_tells_needs_no_record(endings, camera, django_assert_num_queries):
    ended = replace(OFF, reason="stopped", publisher="vera", session=8)
    with django_assert_num_queries(0):
        assert complete(endings, camera, ended) == ended
        assert complete(endings, camera, LIVE) == LIVE
        assert complete(endings, camera, replace(LIVE, state=State.UNKNOWN)).session == 7


def test_what_redis_told_is_known_when_it_has_forgotten(endings, camera, django_assert_num_queries):
    ended = replace(OFF, reason="stopped", publisher="vera", session=8, since=5.0)
    complete(endings, camera, ended)
    with django_assert_num_queries(0):
        assert complete(endings, camera) == ended


def test_the_database_is_asked_once_for_all(endings, owner, django_assert_num_queries):
    cameras = [Camera.objects.create(name="Garden", owner=owner) for _ in range(5)]
    ids = [camera.pk for camera in cameras]
    with django_assert_num_queries(1):
        for _ in range(3):
            states = endings.complete_all(ids, [OFF] * 5)
    assert {state.reason for state in states} == {"never"}


def test_a_camera_that_was_live_is_asked_about_anew(endings, camera):
    complete(endings, camera)
    complete(endings, camera, LIVE)
    ended_session(camera, "stopped")
    assert complete(endings, camera).reason == "stopped"


def test_an_answer_holds_no_longer_than_redis_would_tell_of_a_newer_session(
    endings, camera, monkeypatch
):
    complete(endings, camera)
    ended_session(camera, "stopped")
    monkeypatch.setattr(endings_module, "time", SimpleNamespace(monotonic=lambda: 1e9))
    assert complete(endings, camera).reason == "stopped"


def test_a_session_that_was_recorded_just_now_goes_on(endings, camera):
    open_session(camera)
    assert told(complete(endings, camera)) == (State.CONNECTING, "", "olga")


def test_a_session_that_nobody_records_ended_with_its_process(endings, camera):
    open_session(camera, silent=timedelta(seconds=20))
    assert told(complete(endings, camera)) == (State.OFF, "server_stopped", "olga")


def test_who_watches_is_as_now(endings, camera):
    complete(endings, camera, replace(OFF, reason="stopped", watching=("vera",)))
    assert complete(endings, camera, replace(OFF, watching=("olga",))).watching == ("olga",)


def test_while_the_database_is_away_it_is_off_and_no_more(endings, camera, monkeypatch):
    def fail(_ids):
        raise database.Unavailable[0]("away")

    monkeypatch.setattr(sessions, "last_sessions", fail)
    monkeypatch.setattr(database, "outages", database.Outages())
    assert complete(endings, camera) == OFF
    # Not asked again at once.
    monkeypatch.setattr(sessions, "last_sessions", None)
    assert complete(endings, camera) == OFF


def test_it_remembers_so_many_and_no_more(endings, camera, monkeypatch):
    monkeypatch.setattr(endings_module, "MAX_KNOWN", 2)
    assert MAX_KNOWN > 2
    for number in range(3):
        endings.complete(number, replace(OFF, reason="stopped"))
    assert list(endings._known) == [1, 2]
