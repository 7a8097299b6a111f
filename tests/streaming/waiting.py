from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

#: For what is promised without a figure: an age for a machine, short for a person.
WITHIN_S = 5.0


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
