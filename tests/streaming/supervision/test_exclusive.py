from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.supervision import exclusive
from tests.postgres import Postgres, running_postgres
from tests.processes import PATIENCE_S
from tests.streaming.supervision.served import ROOT

#: Makes the first rows as `serve` does.
PREPARE = """
from streaming.supervision import preparation
from streaming.supervision.exclusive import database_alone
with database_alone():
    preparation.migrate()
    preparation.ensure_catalogue(False)
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sky.sqlite3"
    monkeypatch.setattr(exclusive, "sqlite_file", lambda: path)
    return path


def test_a_new_database_is_its_owners_only(database: Path) -> None:
    with exclusive.database_alone():
        assert mode(database) == 0o600


def test_an_existing_database_becomes_its_owners_only_with_what_lies_beside_it(
    database: Path,
) -> None:
    before = os.umask(0o022)
    with sqlite3.connect(database) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE things (id)")
        beside = [database.with_name(database.name + each) for each in ("-wal", "-shm")]
        assert mode(database) == mode(beside[0]) == mode(beside[1]) == 0o644
        with exclusive.database_alone():
            assert mode(database) == mode(beside[0]) == mode(beside[1]) == 0o600
    other.close()
    os.umask(before)


def test_a_database_that_cannot_be_made_is_left_to_who_uses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exclusive, "sqlite_file", lambda: tmp_path / "nowhere" / "sky.sqlite3")
    with exclusive.database_alone():
        assert not (tmp_path / "nowhere").exists()


def test_it_may_be_entered_again_inside(database: Path) -> None:
    with exclusive.database_alone(), exclusive.database_alone():
        pass
    with exclusive.database_alone():
        pass


def prepare(**environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-c", PREPARE],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": "", **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with running_postgres() as postgres:
        yield postgres


@pytest.mark.faults(seconds=10)
@pytest.mark.system
def test_two_machines_may_begin_at_once(postgres: Postgres, tmp_path: Path) -> None:
    machines = [
        prepare(DATABASE_URL=postgres.url, SKYSENTRY_VAR_DIR=str(tmp_path / name))
        for name in ("first", "second")
    ]
    for machine in machines:
        output, _ = machine.communicate(timeout=2 * PATIENCE_S)
        assert machine.returncode == 0, output


@pytest.mark.faults(seconds=8)
@pytest.mark.system
def test_two_may_begin_at_once_with_a_file(tmp_path: Path) -> None:
    starting = [prepare(SKYSENTRY_VAR_DIR=str(tmp_path)) for _ in range(2)]
    for each in starting:
        output, _ = each.communicate(timeout=2 * PATIENCE_S)
        assert each.returncode == 0, output
    assert mode(tmp_path / "skysentry.sqlite3") == 0o600
