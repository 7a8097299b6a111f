"""Of several that start at once, one prepares the database, and the others wait for it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.db import connection

#: Any number that nobody else uses for a lock in this database.
_LOCK = 0x5359_5345_4E54_5259
_ASK_EVERY_S = 0.2

_held = False


@contextmanager
def database_alone() -> Iterator[None]:
    """Nobody else migrates or makes the first rows meanwhile, on whichever machine.

    The lock ends with the process that holds it, however that ends. May be entered again inside.
    """
    global _held
    if _held:
        yield
        return
    _held = True
    try:
        with _locked():
            yield
    finally:
        _held = False


@contextmanager
def _locked() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with _advisory_lock():
            yield
    elif (path := sqlite_file()) is not None:
        make_private(path)
        with _file_lock(path):
            yield
    else:
        yield


@contextmanager
def _advisory_lock() -> Iterator[None]:
    with _unhurried(), connection.cursor() as cursor:
        while True:
            # Asked again and again: a statement that waits for long is ended.
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if cursor.fetchone()[0]:
                break
            time.sleep(_ASK_EVERY_S)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


@contextmanager
def _unhurried() -> Iterator[None]:
    """A migration of much data takes its time."""
    patience_s = getattr(connection, "patience_s", None)
    connection.patience_s = None  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")
            connection.patience_s = patience_s  # type: ignore[attr-defined]


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with ExitStack() as stack:
        # Where there can be no such file there is no database either, which says why.
        with suppress(OSError):
            descriptor = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
            stack.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def sqlite_file() -> Path | None:
    """The file of the database; None where it is none."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]
        return None
    return Path(connection.settings_dict["NAME"])


def make_private(path: Path) -> None:
    """The database, and what SQLite puts beside it, for its owner only.

    Where that is impossible, whoever uses the database says why.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    # SQLite gives new ones the mode of the database.
    for each in (path, *(Path(f"{path}{suffix}") for suffix in ("-wal", "-shm", "-journal"))):
        with suppress(OSError):
            each.chmod(0o600)
