"""Gives memory back that a rush needed, where the C library is glibc.

That one keeps what was freed between what is still in use, and does so in up to eight arenas for
each core. Django has a thread for each request, so that 200 at once use all of them.
"""

from __future__ import annotations

import asyncio
import ctypes

#: Whatever it is: asked below for what glibc alone has.
_libc = ctypes.CDLL(None)
#: From glibc's malloc.h.
_M_ARENA_MAX = -8
#: Python's own lock lets one thread at a time allocate, as a rule.
MAX_ARENAS = 2
#: Memory is back within the 20 s that are promised. Each time takes about a millisecond.
TRIM_EVERY_S = 5.0


async def trim() -> None:
    """Give back what was freed, for ever. Arenas are limited from now on."""
    if not hasattr(_libc, "malloc_trim"):
        return
    _libc.mallopt(_M_ARENA_MAX, MAX_ARENAS)
    while True:
        await asyncio.sleep(TRIM_EVERY_S)
        # The event loop goes on meanwhile.
        await asyncio.to_thread(_libc.malloc_trim, 0)
