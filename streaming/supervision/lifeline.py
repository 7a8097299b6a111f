"""What ties a supervised process to its supervisor: a socket pair, one end with each.

The process beats on it from its event loop; the first beat says "ready". End of file says that
the supervisor is gone, however it went.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable

BEAT_S = 0.5
# How long a process may take to end by itself once its supervisor is gone.
GRACE_S = 4.0


async def hold(fd: int, on_lost: Callable[[], None]) -> None:
    """Beats until the supervisor is gone; then `on_lost` is called, in this loop.

    The process ends by force if it still lives 4 s after that.
    """
    line = socket.socket(fileno=fd)
    line.set_inheritable(False)
    # A thread, since end of file must also end a process whose loop is stuck.
    watcher = threading.Thread(
        target=_await_end, args=(line, asyncio.get_running_loop(), on_lost), daemon=True
    )
    watcher.start()
    with contextlib.suppress(BrokenPipeError):
        while True:
            # A full buffer means a supervisor that is stopped: nothing it could miss.
            with contextlib.suppress(BlockingIOError):
                line.send(b".", socket.MSG_DONTWAIT)
            await asyncio.sleep(BEAT_S)


def end_within(seconds: float) -> None:
    """Ends the process by force, whatever it does, unless it has ended by then."""
    timer = threading.Timer(seconds, os._exit, [1])
    timer.daemon = True
    timer.start()


def _await_end(
    line: socket.socket, loop: asyncio.AbstractEventLoop, on_lost: Callable[[], None]
) -> None:
    # The supervisor never sends. A reset is what is read when it left beats unread.
    with contextlib.suppress(ConnectionResetError):
        line.recv(1)
    # RuntimeError: the loop is closed, the process is ending already.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(on_lost)
    time.sleep(GRACE_S)
    os._exit(1)
