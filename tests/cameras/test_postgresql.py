from __future__ import annotations

import time
from contextlib import closing

import dj_database_url
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from cameras.postgresql.base import CONNECT_S
from tests.postgres import running_postgres
from tests.processes import PATIENCE_S

pytestmark = [pytest.mark.system, pytest.mark.usefixtures("_unblocked")]


@pytest.fixture(scope="module")
def postgres():
    with running_postgres() as postgres:
        yield postgres


@pytest.fixture
def connection(postgres):
    config = {**dj_database_url.parse(postgres.url), "ENGINE": "cameras.postgresql"}
    connection = ConnectionHandler({"default": config})["default"]
    with closing(connection):
        yield connection


def ask(connection, sql="SELECT 1"):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.fixture
def _unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_a_text_with_nul_is_found_nowhere_and_is_no_error(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN ('a', %s), %s::int, %s", ["a\0", "a\0b", "3", "\u1234"])
        assert cursor.fetchone() == (False, 3, "\u1234")


def test_a_server_that_hangs_when_it_is_connected_to_is_given_up(postgres, connection):
    with postgres.frozen():
        began_s = time.monotonic()
        with pytest.raises(OperationalError):
            ask(connection)
        assert time.monotonic() - began_s < CONNECT_S + 1
    assert ask(connection) == 1


def test_a_server_that_hangs_in_a_question_is_given_up(postgres, connection):
    assert ask(connection) == 1
    connection.patience_s = 0.2
    with postgres.frozen():
        began_s = time.monotonic()
        with pytest.raises(OperationalError, match="does not answer"):
            ask(connection)
        assert time.monotonic() - began_s < PATIENCE_S
    connection.close_if_unusable_or_obsolete()
    assert ask(connection) == 1


def test_a_slow_answer_is_waited_for_where_no_time_is_set(connection):
    connection.patience_s = None
    assert ask(connection, "SELECT 1 FROM pg_sleep(0.3)") == 1


def test_the_server_bounds_what_it_works_on_and_waits_for(connection):
    assert ask(connection, "SHOW statement_timeout") == "10s"
    assert ask(connection, "SHOW lock_timeout") == "4s"


def test_nothing_is_said_at_the_start_that_pgbouncer_refuses(connection):
    assert "options" not in connection.get_connection_params()


def test_the_bounds_hold_where_nothing_is_committed_by_itself(connection):
    connection.settings_dict["AUTOCOMMIT"] = False
    assert ask(connection, "SHOW statement_timeout") == "10s"
    connection.rollback()
    assert ask(connection, "SHOW statement_timeout") == "10s"


def test_what_a_project_sets_goes_before(postgres):
    url = f"{postgres.url}?options=-c%20statement_timeout%3D3s"
    config = {**dj_database_url.parse(url), "ENGINE": "cameras.postgresql"}
    with closing(ConnectionHandler({"default": config})["default"]) as connection:
        assert ask(connection, "SHOW statement_timeout") == "3s"
        assert ask(connection, "SHOW lock_timeout") == "4s"
