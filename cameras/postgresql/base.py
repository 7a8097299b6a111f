"""Django's backend for PostgreSQL, in which each question has a time.

The server bounds what it works on by `statement_timeout` and `lock_timeout`; here is bounded how
long a server that says nothing at all is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.types.string import StrDumperUnknown

#: A little longer than the server itself may take (`statement_timeout`).
ANSWER_S = 12.0
#: libpq takes no less.
CONNECT_S = 2
#: Of a session with the server. What a project says in OPTIONS goes before.
DEFAULTS: dict[str, Any] = {
    "connect_timeout": CONNECT_S,
    # A host that is gone without a word is noticed after nine seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 9_000,
}
#: Said once it is open: PgBouncer refuses `options`. What a project says in these goes before.
TIMEOUTS = {"statement_timeout": "10s", "lock_timeout": "4s"}


class _WithoutNul(StrDumperUnknown):
    """PostgreSQL keeps no NUL in texts, and what comes from a query or a message may have some: as
    SQLite does, it answers that there is no such row, and not by an error."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


class DatabaseWrapper(base.DatabaseWrapper):
    """`patience_s` is how long an answer may take; None: for ever."""

    patience_s: float | None = ANSWER_S

    def get_connection_params(self) -> dict[str, Any]:
        return {**DEFAULTS, **super().get_connection_params()}

    def init_connection_state(self) -> None:
        super().init_connection_state()
        given = self.get_connection_params().get("options", "")
        with self.cursor() as cursor:
            for name, time in TIMEOUTS.items():
                if name not in given:
                    cursor.execute(f"SET {name} = '{time}'")
        if not self.get_autocommit():
            self.connection.commit()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.adapters.register_dumper(str, _WithoutNul)
        wait = connection.wait

        def wait_bounded(generator: Any, *args: Any, **kwargs: Any) -> Any:
            if self.patience_s is None:
                return wait(generator, *args, **kwargs)
            until_s = time.monotonic() + self.patience_s
            return wait(_bounded(generator, until_s, connection), *args, **kwargs)

        connection.wait = wait_bounded
        return connection


def _bounded(
    generator: Generator[Any, Any, Any], until_s: float, connection: Any
) -> Generator[Any, Any, Any]:
    """psycopg resumes what waits for the server each 0.1 s, whether or not something has come."""
    try:
        wanted = next(generator)
        while True:
            ready = yield wanted
            if not ready and time.monotonic() > until_s:
                # Closed: else Django would ask it to roll back, and wait again.
                connection.close()
                raise psycopg.OperationalError("the server does not answer")
            wanted = generator.send(ready)
    except StopIteration as end:
        return end.value
