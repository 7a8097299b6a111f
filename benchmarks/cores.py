"""One core for what is measured, another for all that is around it."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: include/linux/posix-timers.h
_CPUCLOCK_SCHED = 2


def split() -> tuple[int, int]:
    """The core of what is measured, and that of this process and all it starts.

    Exits where there is only one, or where processes cannot be bound to one.
    """
    if sys.platform != "linux":
        sys.exit("This benchmark binds processes to cores and reads /proc: it needs Linux.")
    measured, *others = sorted(os.sched_getaffinity(0))
    if not others:
        sys.exit("This benchmark needs two cores: one for the server, one for the load.")
    os.sched_setaffinity(0, {others[0]})
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    return measured, others[0]


@contextmanager
def bound_to(core: int) -> Iterator[None]:
    """Processes that are started meanwhile run on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_s(pid: int) -> float:
    """What a process has used of processors since it began, all its threads together."""
    # clock_getcpuclockid(3), which Python has for threads only: /proc counts in steps of 10 ms.
    return time.clock_gettime(~pid << 3 | _CPUCLOCK_SCHED)
