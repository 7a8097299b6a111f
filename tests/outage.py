"""A database that is away, in every thread of the test's process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

_execute = CursorWrapper._execute  # type: ignore[attr-defined]


@contextmanager
def database_away() -> Iterator[mock.Mock]:
    """Every question fails; the mock counts them."""
    error = OperationalError("no route to the database")
    with mock.patch.object(CursorWrapper, "_execute", side_effect=error) as asked:
        yield asked


@contextmanager
def disk_full() -> Iterator[None]:
    """What is stored can be read, and nothing written."""

    def read(self: CursorWrapper, sql: str, *args: object) -> object:
        if not sql.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")):
            raise OperationalError("database or disk is full")
        return _execute(self, sql, *args)

    with mock.patch.object(CursorWrapper, "_execute", read):
        yield
