from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from django.db import connection

from streaming.api import health
from streaming.api.health import Probe
from streaming.backplane.connection import TIMEOUT_S
from tests.streaming.waiting import WITHIN_S, until

OK = {"status": "ok", "database": "ok", "redis": "ok"}


def test_a_process_that_answers_is_alive(client):
    # Without database and Redis.
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(transaction=True)
def test_a_process_that_reaches_everything_is_ready(client, valkey):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, OK)


@pytest.mark.django_db(transaction=True)
def test_a_process_without_redis_is_not_ready(client, valkey):
    valkey.stop()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {**OK, "status": "unavailable", "redis": "away"}
    valkey.start()
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_frozen_redis_is_away(client, valkey):
    with valkey.frozen():
        began = time.monotonic()
        assert client.get("/readyz").json()["redis"] == "away"
        assert time.monotonic() - began < 3 * TIMEOUT_S


@pytest.mark.django_db(transaction=True)
def test_a_database_that_another_program_holds_is_read_only(client, valkey):
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {**OK, "status": "unavailable", "database": "read-only"}
    assert client.get("/readyz").json() == OK


async def test_who_does_not_answer_is_away_in_time_and_is_not_asked_again_meanwhile(monkeypatch):
    monkeypatch.setattr(health, "_ANSWER_S", 0.05)
    asked, released = [], threading.Event()

    def ask():
        asked.append(True)
        released.wait(WITHIN_S)
        return health.OK

    probe = Probe(ask)
    for answer in await asyncio.gather(probe.answer(), probe.answer()):
        assert answer == health.AWAY
    assert await probe.answer() == health.AWAY
    released.set()
    await until(lambda: probe._asked and probe._asked.done())
    monkeypatch.setattr(health, "_ANSWER_S", WITHIN_S)
    assert await probe.answer() == health.OK
    assert len(asked) == 2


def test_that_is_within_two_seconds():
    assert health._ANSWER_S < 2


@pytest.mark.django_db(transaction=True)
def test_a_process_without_database_is_not_ready(client, valkey, monkeypatch):
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "NAME", "/nowhere/at/all.sqlite3")
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {**OK, "status": "unavailable", "database": "away"}
    assert client.get("/readyz").json() == OK
