from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.test import Client

from cameras import proof


@pytest.fixture
def session() -> SessionStore:
    return SessionStore()


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now_s = time.time()
    monkeypatch.setattr(time, "time", lambda: now_s + seconds)


def test_nothing_was_proved_to_begin_with(session: SessionStore) -> None:
    assert not proof.is_fresh(session)
    assert not proof.is_fresh(session, second_step=True)


def test_a_proof_is_fresh_for_ten_minutes(
    session: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof.note(session)
    assert proof.is_fresh(session)
    at(monkeypatch, proof.FRESH_FOR_S + 1)
    assert not proof.is_fresh(session)


def test_a_clock_that_was_set_back_makes_none_last(
    session: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof.note(session)
    at(monkeypatch, -60)
    assert not proof.is_fresh(session)


def test_a_second_step_is_any_proof_and_not_the_other_way_round(session: SessionStore) -> None:
    proof.note(session)
    assert not proof.is_fresh(session, second_step=True)
    proof.note(session, second_step=True)
    assert proof.is_fresh(session)
    assert proof.is_fresh(session, second_step=True)


def test_whoever_signs_in_has_just_proved_it(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert proof.is_fresh(client.session)
