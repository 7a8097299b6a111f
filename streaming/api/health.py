"""For load balancers and supervisors: is this process alive, can it serve."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection
from django.http import HttpRequest, JsonResponse

from cameras.database import Unavailable as DatabaseUnavailable
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import store

OK, AWAY, READ_ONLY = "ok", "away", "read-only"
#: Who has not answered by then is away. Promised: within 2 s.
_ANSWER_S = 1.5
#: What a probe waits for others who write.
_LOCKED_MS = 500


class Probe:
    """Asks another service how it is: one question at a time, whose answer all get who ask
    meanwhile. A question that hangs hangs here, and not those who ask."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readyz")
        self._asked: Future[str] | None = None

    async def answer(self) -> str:
        if self._asked is None or self._asked.done():
            self._asked = self._thread.submit(self._ask)
        try:
            async with asyncio.timeout(_ANSWER_S):
                return await asyncio.shield(asyncio.wrap_future(self._asked))
        except TimeoutError:
            return AWAY


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


async def readyz(request: HttpRequest) -> JsonResponse:
    """The process, the database and Redis answer; 503 and who does not otherwise, within 2 s."""
    database, redis = await asyncio.gather(_DATABASE.answer(), _REDIS.answer())
    ready = database == redis == OK
    response = JsonResponse(
        {"status": OK if ready else "unavailable", "database": database, "redis": redis},
        status=200 if ready else 503,
    )
    # It is asked every few seconds, and the answer is for who asks: no line of the log each time.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def ask_database() -> str:
    """Whether it answers, and can be written."""
    try:
        # An open connection may have lost its server: only a question tells.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return _ask_sqlite() if connection.vendor == "sqlite" else OK
    except DatabaseUnavailable:
        return AWAY
    finally:
        connection.close()


def _ask_sqlite() -> str:
    """Whether the file can be written: its disk may be full, or another program hold it."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {_LOCKED_MS}")
        cursor.execute("PRAGMA user_version")
        (version,) = cursor.fetchone()
        try:
            cursor.execute(f"PRAGMA user_version = {int(version)}")
        except DatabaseUnavailable:
            return READ_ONLY
    return OK


def _ask_redis() -> str:
    try:
        store().now_ms()
    except Unavailable:
        return AWAY
    return OK


_DATABASE, _REDIS = Probe(ask_database), Probe(_ask_redis)
