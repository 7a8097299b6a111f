"""Background tasks: each has a name and an owner, and none dies in silence.

A background task that failed unnoticed would leave a page that looks alive and isn't. So its
failure ends the process, and the supervisor starts a new one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine
from typing import Any

from django.conf import settings
from django.utils.translation import override

logger = logging.getLogger(__name__)

Work = Coroutine[Any, Any, None]


class Tasks:
    """The tasks of one owner, which may start any number of them at any time.

    `run` ends them all when it is cancelled, and fails with the first of them that fails.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner
        # The event loop holds tasks weakly.
        self._running: set[asyncio.Task[None]] = set()
        self._failed = asyncio.Event()
        self._error: BaseException | None = None
        self.is_stopping = False

    def __len__(self) -> int:
        return len(self._running)

    def start(self, name: str, work: Work) -> asyncio.Task[None]:
        """A task of this name; once all have been ended, it ends at once."""
        task = asyncio.create_task(work, name=f"{self._owner}: {name}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        if self.is_stopping:
            task.cancel()
        return task

    async def run(self) -> None:
        try:
            await self._failed.wait()
            assert self._error is not None
            raise self._error
        finally:
            await self._stop()

    async def _stop(self) -> None:
        self.is_stopping = True
        while running := [task for task in self._running if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # Here, as of several only the first is raised.
            logger.critical("Background task %r failed", task.get_name(), exc_info=error)
            self._error = self._error or error
            self._failed.set()


def spawn(name: str, work: Work) -> asyncio.Task[None]:
    """A task whose owner is the process: its failure ends that. Keep the task.

    It speaks the server's language, and not that of the visitor who came first.
    """
    with override(settings.LANGUAGE_CODE):
        task = asyncio.create_task(work, name=name)
    task.add_done_callback(_end_process_on_failure)
    return task


def connection_task(name: str, work: Work) -> asyncio.Task[None]:
    """A task of one connection, whose owner keeps it and stops it: its failure is logged, unless it
    is that the other end has gone."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_log_failure)
    return task


def end_process(name: str, error: BaseException) -> None:
    """Log why, loudly, and end this process; the supervisor starts a new one."""
    logger.critical("%s failed; the process ends", name, exc_info=error)
    os.kill(os.getpid(), signal.SIGTERM)


async def stop(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task and wait for its end."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def finish(name: str, work: Work) -> None:
    """Do `work` to its end, even where whoever waits for it is cancelled, and so ends after it."""
    task = asyncio.create_task(work, name=name)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


def raise_if_cancelled() -> None:
    """Raises CancelledError where this task has been cancelled and goes on all the same.

    redis-py sends by `asyncio.wait_for`, and that of Python 3.11 forgets a cancellation that comes
    when the sending is done.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _end_process_on_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        end_process(f"Background task {task.get_name()!r}", error)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if task.cancelled() or not (error := task.exception()) or isinstance(error, OSError):
        return
    logger.critical("Task %r failed", task.get_name(), exc_info=error)
