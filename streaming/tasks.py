from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)

# The event loop holds tasks weakly.
_running: set[asyncio.Task[Any]] = set()


def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Run `work` beside everything else; when it fails, the process ends, loudly.

    A background task that died in silence would leave a page that looks alive and is not. The
    supervisor starts a new process.
    """
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_finished)
    return task


def raise_if_cancelled() -> None:
    """Cancels this task once more if it has been cancelled and goes on all the same.

    redis-py sends by `asyncio.wait_for`, and that of Python 3.11 forgets a cancellation that comes
    when the sending is done.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        task.cancel()


def _finished(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()):
        logger.critical("A background task failed; this process ends", exc_info=error)
        os.kill(os.getpid(), signal.SIGTERM)
