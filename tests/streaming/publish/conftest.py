from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest


@pytest.fixture
async def complaints() -> AsyncIterator[list[str]]:
    """What nobody caught in a task or callback; a test that provokes it empties the list."""
    complaints: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: complaints.append(f"{context['message']}: {context.get('exception')!r}")
    )
    yield complaints
    # A lost exception of a task is told when the task is collected.
    gc.collect(1)
    assert complaints == []
