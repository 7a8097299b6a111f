"""What README, documents, pages and the terminal tell people to run, runs."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import get_commands

import dev

ROOT = dev.ROOT
TEXTS = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "templates").rglob("*.html")),
]
CODE = sorted((ROOT / "streaming").rglob("*.py"))
MANAGE = re.compile(r"(?:(?P<python>\S+) )?manage\.py (?P<name>[a-z_]+)")
DEV = re.compile(r"(?:(?P<python>\S+) )?dev\.py (?P<name>[a-z]+)")
IN_CODE = re.compile(r"(?:python3 manage\.py |manage_command\([\"'])(?P<name>[a-z_]+)")
#: What people type to start a Python: a bare `manage.py` is in nobody's path.
PYTHON = re.compile(r"(?:^|\W)python3?$")


def told(pattern: re.Pattern[str], texts: list[Path]) -> set[str]:
    """The commands that people read of."""
    return {found["name"] for path in texts for found in pattern.finditer(path.read_text())}


MANAGE_COMMANDS = sorted(told(MANAGE, TEXTS) | told(IN_CODE, CODE))


def test_there_are_commands_to_find() -> None:
    assert {"serve", "signin_link", "phone", "api_token"} <= set(MANAGE_COMMANDS)
    assert "run" in told(DEV, TEXTS)


def test_each_is_a_command() -> None:
    assert set(MANAGE_COMMANDS) <= set(get_commands())
    assert told(DEV, TEXTS) <= set(dev.COMMANDS)


@pytest.mark.parametrize("name", MANAGE_COMMANDS)
def test_each_says_what_it_does(name: str) -> None:
    done = manage(name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"manage.py {name}" in done.stdout


def test_without_an_activated_environment_manage_py_finds_its_own(tmp_path: Path) -> None:
    """As `python3 manage.py` after `python3 dev.py run`, in any shell."""
    (tmp_path / "manage.py").write_bytes((ROOT / "manage.py").read_bytes())
    (tmp_path / ".venv").symlink_to(sys.prefix)
    done = bare_python(tmp_path, "manage.py", "signin_link", "--help", PYTHONPATH=str(ROOT))
    assert "Prints a link" in done.stdout, done.stderr


def test_without_any_environment_it_says_what_makes_one(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_bytes((ROOT / "manage.py").read_bytes())
    done = bare_python(tmp_path, "manage.py", "signin_link")
    assert done.returncode == 1
    assert "python3 dev.py run" in done.stderr


@pytest.mark.parametrize("pattern", [MANAGE, DEV], ids=["manage.py", "dev.py"])
def test_documents_and_pages_say_by_which_python(pattern: re.Pattern[str]) -> None:
    bare = [
        (path.name, found[0])
        for path in TEXTS
        for found in pattern.finditer(path.read_text())
        if not PYTHON.search(found["python"] or "")
    ]
    assert bare == []


def test_the_backup_has_what_is_still_in_the_log_of_the_database(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "backup-and-upgrade.md").read_text()
    command = re.findall(r"^\.venv/bin/python -c .*$", text, re.MULTILINE)[0]
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "var").mkdir()
    with closing(sqlite3.connect(tmp_path / "var" / "skysentry.sqlite3")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript("CREATE TABLE camera (name); INSERT INTO camera VALUES ('Door')")
        subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    with closing(sqlite3.connect(tmp_path / "backup.sqlite3")) as backup:
        assert backup.execute("SELECT name FROM camera").fetchall() == [("Door",)]


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def bare_python(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A Python that knows nothing but itself."""
    base = Path(sys.base_prefix) / "bin" / "python3"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        [str(base), "-S", *arguments] if "PYTHONPATH" not in environ else [str(base), *arguments],
        cwd=folder,
        env={**env, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
