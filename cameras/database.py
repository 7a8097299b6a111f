"""The database as a service that may be away: what counts as that, and what goes on meanwhile."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from django.db import InterfaceError, OperationalError, connection, transaction

from cameras.errors import reason_of

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: What a question raises while the database is away, locked, full, read-only or too slow. Any other
#: error of the database, such as a violated constraint, is not about the server but about the
#: question.
Unavailable: tuple[type[Exception], ...] = (OperationalError, InterfaceError)

#: Clients are told to come again after so long.
RETRY_AFTER_S = 5
#: For how long what the database said once holds without it.
REMEMBERED_S = 60.0
#: So long after a failed question, what is remembered is taken without asking.
_ASK_AGAIN_S = 5.0
#: So long after a note that could not be written, none is tried.
_NOTE_AGAIN_S = 10.0
#: What a note waits for others who write, where it is SQLite that they write to.
_NOTE_PATIENCE_MS = 200
_SAID_EVERY_S = 60.0


class Outages:
    """Says in the log that the database is unavailable: once a minute, however many ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted_s = self._said_s = -math.inf
        self._unsaid = 0

    def note(self, error: Exception) -> None:
        """May be called by any thread."""
        now_s = time.monotonic()
        with self._lock:
            self._noted_s = now_s
            if now_s - self._said_s < _SAID_EVERY_S:
                self._unsaid += 1
                return
            self._said_s, unsaid, self._unsaid = now_s, self._unsaid, 0
        more = f" ({unsaid} times more since this was last said)" if unsaid else ""
        logger.error("The database is unavailable: %s%s", reason_of(error), more)

    @property
    def is_recent(self) -> bool:
        """Whether a question failed a moment ago: another one may wait as long for nothing."""
        return time.monotonic() - self._noted_s < _ASK_AGAIN_S


outages = Outages()


class Notes:
    """Writes what nobody waits for, such as when a token was last used."""

    def __init__(self) -> None:
        self._resumes_s = 0.0

    def write(self, change: Callable[[], object]) -> None:
        """Never fails what was asked: without the database, the note is left out."""
        if time.monotonic() < self._resumes_s:
            return
        try:
            # On PostgreSQL a failed statement fails those after it, in the same transaction.
            with transaction.atomic() if connection.in_atomic_block else _briefly():
                change()
        except Unavailable as error:
            self._resumes_s = time.monotonic() + _NOTE_AGAIN_S
            # No outage yet: others may only have written for longer than a note waits.
            logger.info("Left out what is only noted: %s", reason_of(error))


@contextmanager
def _briefly() -> Iterator[None]:
    """SQLite's lock is not waited for as long as by what somebody asked for."""
    if connection.vendor != "sqlite":
        yield
        return
    patience_ms = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    connection.ensure_connection()
    connection.connection.execute(f"PRAGMA busy_timeout = {_NOTE_PATIENCE_MS}")
    try:
        yield
    finally:
        connection.connection.execute(f"PRAGMA busy_timeout = {patience_ms}")


notes = Notes()


class Memory:
    """What the database said lately about rights, which holds for a minute while it is unavailable.

    Only what somebody may is remembered, and only what this process asked before. For any thread.
    """

    MAX_ANSWERS = 2000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: The answer and when it was given, the oldest first.
        self._answers: dict[Hashable, tuple[float, object]] = {}
        self._asks_again_s = 0.0
        #: How often somebody's rights have changed.
        self.changes = 0

    def ask(self, key: Hashable, question: Callable[[], T]) -> T:
        """The answer, or the last one. Raises what the question raises, Unavailable too."""
        if (held := self._while_away(key)) is not None:
            return cast(T, held)
        changes = self.changes
        try:
            answer = question()
        except Exception as error:
            return cast(T, self._without(key, error))
        self.keep(key, answer, changes)
        return answer

    async def ask_async(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """The same for a coroutine function."""
        if (held := self._while_away(key)) is not None:
            return cast(T, held)
        changes = self.changes
        try:
            answer = await question()
        except Exception as error:
            return cast(T, self._without(key, error))
        self.keep(key, answer, changes)
        return answer

    def forget(self) -> None:
        """Somebody's rights have changed: all is asked again."""
        with self._lock:
            self._answers.clear()
            self._asks_again_s = 0.0
            self.changes += 1

    def keep(self, key: Hashable, answer: object, changes: int) -> None:
        """Remember what the database has just said, but nothing false, empty or anonymous: whoever
        comes with made-up cookies would push out what others may.

        `changes` is what it was before the question: an answer may be older than a change since.
        """
        with self._lock:
            if changes != self.changes:
                return
            self._answers.pop(key, None)
            if answer and not getattr(answer, "is_anonymous", False):
                self._answers[key] = (time.monotonic(), answer)
            if len(self._answers) > self.MAX_ANSWERS:
                del self._answers[next(iter(self._answers))]

    def recall(self, key: Hashable) -> object | None:
        with self._lock:
            at_s, answer = self._answers.get(key, (0.0, None))
        return answer if time.monotonic() - at_s <= REMEMBERED_S else None

    def _while_away(self, key: Hashable) -> object | None:
        return self.recall(key) if time.monotonic() < self._asks_again_s else None

    def _without(self, key: Hashable, error: Exception) -> object:
        """The last answer in place of an error; raises that where there is none."""
        if not isinstance(error, Unavailable):
            with self._lock:
                self._answers.pop(key, None)
            raise error
        self._asks_again_s = time.monotonic() + _ASK_AGAIN_S
        outages.note(error)
        if (held := self.recall(key)) is None:
            raise error
        return held


#: Of this process.
memory = Memory()
