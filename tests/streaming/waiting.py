from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

#: For what is promised without a figure: an age for a machine, even one that is busy otherwise.
WITHIN_S = 15.0
#: Three times what is promised: for a right that ends; for what comes back, as Redis does or a
#: camera that may be watched again; and for a camera that has lost its power.
DARK_WITHIN_S = 6.0
AGAIN_WITHIN_S = 9.0
LOST_WITHIN_S = 9.0


async def until(
    condition: Callable[[], object | Awaitable[object]], within_s: float = WITHIN_S
) -> None:
    """Returns once the condition, which may be a coroutine function, is true."""
    async with asyncio.timeout(within_s):
        while True:
            result = condition()
            if await result if inspect.isawaitable(result) else result:
                return
            await asyncio.sleep(0.01)


async def end(work: asyncio.Task[None], patience_s: float = 3.0) -> None:
    """Cancels a task, and after a while what it has started too, until it ends.

    Once is not always enough: redis-py sends by `asyncio.wait_for`, and that of Python 3.11 forgets
    a cancellation that comes when the sending is done.
    """
    work.cancel()
    await asyncio.wait([work], timeout=patience_s)
    while not work.done():
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.wait([work], timeout=0.1)
