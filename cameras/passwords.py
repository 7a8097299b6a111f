"""Passwords are hashed a few at a time: each hash takes a core for a fifth of a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from cameras import limits

#: How long one waits for a place, and how many may wait for each.
WAIT_S = 3.0
WAITING_PER_PLACE = 10
#: When who was turned away may try again.
RETRY_AFTER_S = 5


class Busy(Exception):
    """Too many passwords are being hashed: try again after RETRY_AFTER_S."""


class Gate:
    """Lets `places` through at once; the others wait, but neither too many nor for too long."""

    def __init__(self, places: int) -> None:
        self._places = threading.Semaphore(places)
        self._inside = threading.Semaphore(places * (1 + WAITING_PER_PLACE))

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Raises Busy."""
        with _taken(self._inside, 0), _taken(self._places, WAIT_S):
            yield


@contextmanager
def _taken(semaphore: threading.Semaphore, wait_s: float) -> Iterator[None]:
    if not semaphore.acquire(timeout=wait_s):
        raise Busy
    try:
        yield
    finally:
        semaphore.release()


_gate: Gate | None = None
_making = threading.Lock()


def gate() -> Gate:
    """That of this process."""
    global _gate
    # The first ones may come at once, and each would make one.
    with _making:
        if _gate is None:
            _gate = Gate(limits.get().SIGN_INS)
        return _gate


class PasswordHasher(PBKDF2PasswordHasher):
    """Django's own PBKDF2, behind the gate: whoever signs in, by page or admin, and for unknown
    names, too; changes a password; or makes an account.

    It leaves Python's lock to others while it works, and each request waits in a thread of its own.
    """

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Raises Busy."""
        with gate().passed():
            return super().encode(password, salt, iterations)
