from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, OperationalError

from cameras.database import Memory, Notes, Outages

AWAY = OperationalError("no route to the database")


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("cameras.database.time.monotonic", lambda: clock.now_s)
    return clock


class Clock:
    now_s = 1000.0


def fail(error=AWAY):
    raise error


def test_an_outage_is_said_once_a_minute(clock, caplog):
    outages = Outages()
    for clock.now_s in (1000, 1001, 1059, 1060):
        outages.note(AWAY)
    assert caplog.messages == [
        "The database is unavailable: no route to the database",
        "The database is unavailable: no route to the database"
        " (2 times more since this was last said)",
    ]


def test_an_outage_is_recent_for_some_seconds(clock):
    outages = Outages()
    assert not outages.is_recent
    outages.note(AWAY)
    assert outages.is_recent
    clock.now_s += 5
    assert not outages.is_recent


@pytest.mark.django_db
def test_a_note_that_cannot_be_written_fails_nothing_and_is_not_tried_again_soon(clock):
    notes, written = Notes(), []
    notes.write(fail)
    notes.write(lambda: written.append("too soon"))
    clock.now_s += 60
    notes.write(lambda: written.append("again"))
    assert written == ["again"]


@pytest.mark.django_db
def test_a_note_that_is_wrong_is_an_error():
    with pytest.raises(IntegrityError):
        Notes().write(lambda: fail(IntegrityError()))


def test_what_was_answered_holds_for_a_minute_without_the_database(clock):
    memory = Memory()
    assert memory.ask("who", lambda: "olga") == "olga"
    clock.now_s += 60
    assert memory.ask("who", fail) == "olga"
    clock.now_s += 1
    with pytest.raises(OperationalError):
        memory.ask("who", fail)


def test_what_was_never_asked_is_unknown():
    memory = Memory()
    memory.ask("who", lambda: "olga")
    with pytest.raises(OperationalError):
        memory.ask("whoever", fail)


def test_nobody_waits_again_for_a_database_that_was_away_a_moment_ago(clock):
    memory = Memory()
    memory.ask("who", lambda: "olga")
    memory.ask("who", fail)
    assert memory.ask("who", lambda: "vera") == "olga"
    clock.now_s += 5
    assert memory.ask("who", lambda: "vera") == "vera"


@pytest.mark.parametrize("answer", [None, {}, AnonymousUser()])
def test_a_right_that_has_ended_is_not_remembered(answer):
    memory = Memory()
    memory.ask("may", lambda: "yes")
    assert memory.ask("may", lambda: answer) == answer
    with pytest.raises(OperationalError):
        memory.ask("may", fail)


def test_an_error_of_another_kind_is_raised_and_forgets():
    memory = Memory()
    memory.ask("may", lambda: "yes")
    with pytest.raises(LookupError):
        memory.ask("may", lambda: fail(LookupError()))
    with pytest.raises(OperationalError):
        memory.ask("may", fail)


def test_changed_rights_are_asked_anew():
    memory = Memory()
    memory.ask("may", lambda: "yes")
    memory.forget()
    with pytest.raises(OperationalError):
        memory.ask("may", fail)


def test_an_answer_from_before_a_change_is_not_remembered():
    memory = Memory()

    def answer():
        memory.forget()
        return "yes"

    assert memory.ask("may", answer) == "yes"
    with pytest.raises(OperationalError):
        memory.ask("may", fail)


def test_it_remembers_so_much_and_no_more(monkeypatch):
    memory = Memory()
    monkeypatch.setattr(memory, "MAX_ANSWERS", 2)
    for name in ("first", "second", "third"):
        memory.keep(name, True, memory.changes)
    assert [memory.recall(name) for name in ("first", "second", "third")] == [None, True, True]


async def test_coroutines_are_asked_alike():
    memory = Memory()

    async def answer():
        return "olga"

    async def away():
        raise AWAY

    assert await memory.ask_async("who", answer) == "olga"
    assert await memory.ask_async("who", away) == "olga"
    with pytest.raises(OperationalError):
        await memory.ask_async("whoever", away)
