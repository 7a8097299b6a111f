"""How each of our processes lives: its work in one event loop, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import uvloop

from streaming.supervision import lifeline

#: For sessions to be closed and pages told. The supervisor kills it half a second later.
END_S = 3.0
#: For how long a thread computes until it lets others in. Views have a thread each: with Python's
#: 5 ms, ten busy ones kept the event loop waiting for a second at worst, with this for 0.2 s.
THREADS_SWITCH_AFTER_S = 0.001


def run(work: Coroutine[Any, Any, None], lifeline_fd: int | None) -> None:
    """Do `work` until SIGTERM, Ctrl-C or the loss of the supervisor."""
    sys.setswitchinterval(THREADS_SWITCH_AFTER_S)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_stopped(work, lifeline_fd))


async def until_stopped(work: Coroutine[Any, Any, None], lifeline_fd: int | None) -> None:
    """Raises what makes the work fail: the process must end then."""
    allow_all_files()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_until(stopped, work), name="work")]
        if lifeline_fd is not None:
            holding = lifeline.hold(lifeline_fd, stopped.set)
            tasks.append(group.create_task(holding, name="lifeline"))
        await stopped.wait()
        lifeline.end_within(END_S)
        for task in tasks:
            task.cancel()


def allow_all_files() -> int:
    """How many this process may have open, from now on as many as the system allows.

    Each viewer and each camera is a file, and who does not ask may have 1,024 of them.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS says that there is no limit, and then refuses it.
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if allowed == resource.RLIM_INFINITY else allowed


async def _until(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work that ends by itself, be it by a cancellation, has failed."""
    try:
        await work
    except asyncio.CancelledError:
        if stopped.is_set():
            raise
    raise RuntimeError("The work has ended though nobody told it to.")
