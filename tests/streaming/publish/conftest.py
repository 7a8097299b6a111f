from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from django.contrib.auth.models import User

from cameras.access import Identity
from cameras.models import Camera
from streaming.protocol.signaling import Claim


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


@pytest.fixture
def claim(camera: Camera, owner: User) -> Claim:
    """Of the camera's owner, who comes for the first time."""
    return Claim(
        peer="first",
        camera_id=camera.pk,
        slug=camera.slug,
        identity=Identity(owner.pk, None, None),
        publisher="olga",
        resume=0,
        take_over=False,
        remote_address="",
        user_agent="",
        reply_to="",
    )
