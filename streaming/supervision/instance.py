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
def only_one(lock: Path, urls: list[str]) -> Iterator[None]:
    """Hold the lock as the server at these addresses, this machine's own first.

    Raises AlreadyRunning. The lock ends with the process that holds it, however that ends.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_who(lock)) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "urls": urls}))
        file.flush()
        yield


def running_urls(lock: Path) -> list[str]:
    """Where the one that holds the lock is found; nowhere while nobody does."""
    if not lock.exists():
        return []
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _urls(file.read())
    return []


def _urls(text: str) -> list[str]:
    try:
        return list(json.loads(text)["urls"])
    except ValueError:
        # It holds the lock and has not written yet.
        return []


def _who(lock: Path) -> str:
    advice = "Stop it first, or give this one a folder of its own with SKYSENTRY_VAR_DIR."
    try:
        other = json.loads(lock.read_text())
    except ValueError:
        # It holds the lock and has not written yet.
        return f"SkySentry is starting here already. {advice}"
    where = f"{other['urls'][0]} (process {other['pid']})"
    return f"SkySentry is already running here: {where}. {advice}"
