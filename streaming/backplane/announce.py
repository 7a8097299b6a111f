"""Carries what changes in the catalogue to every process."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.conf import settings
from django.dispatch import receiver

from cameras.errors import reason_of
from cameras.signals import access_changed
from streaming.backplane.bus import FrameBus
from streaming.backplane.connection import TIMEOUT_S, Unavailable
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change

logger = logging.getLogger(__name__)


@receiver(access_changed)
def announce_access(camera_id: UUID | None = None, user_id: int | None = None, **_: Any) -> None:
    announce(Change(ChangeKind.ACCESS, camera_id, user_id))


def announce(change: Change) -> bool:
    """Tell every process from synchronous code; whether Redis took it."""
    try:
        async_to_sync(_announce)(change)
    except Unavailable as error:
        # A command beside `serve` doesn't know the Redis that `serve` brings along.
        level = logging.WARNING if settings.REDIS_URL else logging.DEBUG
        text = "Redis not told of a change (%s): %s. Open pages follow within 10 s."
        logger.log(level, text, change, reason_of(error))
        return False
    return True


async def _announce(change: Change) -> None:
    # A request waits for it, and the layer itself would wait for 5 s.
    async with asyncio.timeout(TIMEOUT_S):
        await FrameBus().announce(change)
