from __future__ import annotations

import time

import pytest
from django.db import connection

from streaming.backplane.connection import TIMEOUT_S

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
def test_a_process_without_database_is_not_ready(client, valkey, monkeypatch):
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "NAME", "/nowhere/at/all.sqlite3")
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {**OK, "status": "unavailable", "database": "away"}
    assert client.get("/readyz").json() == OK
