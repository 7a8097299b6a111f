"""One `serve` for each folder of data."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds the lock; the text says which."""


@contextlib.contextmanager
def only_one(lock: Path, url: str) -> Iterator[None]:
    """Raises AlreadyRunning. The lock ends with the process that holds it, however that ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_who(lock)) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "url": url}))
        file.flush()
        yield


def running_url(lock: Path) -> str | None:
    """Where the one that holds the lock is found; None while nobody does."""
    if not lock.exists():
        return None
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _url(file.read())
    return None


def _url(text: str) -> str | None:
    try:
        return str(json.loads(text)["url"])
    except ValueError:
        # It holds the lock and has not written yet.
        return None


def _who(lock: Path) -> str:
    advice = "Stop it first, or give this one a folder of its own with SKYSENTRY_VAR_DIR."
    try:
        other = json.loads(lock.read_text())
    except ValueError:
        # It holds the lock and has not written yet.
        return f"SkySentry is starting here already. {advice}"
    return f"SkySentry is already running here: {other['url']} (process {other['pid']}). {advice}"
