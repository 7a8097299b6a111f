"""Carries what changes in the catalogue to every process."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
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
        # Rights are asked again within 10 s by every process itself.
        logger.warning("%s not announced: %s", change, reason_of(error))
        return False
    return True


async def _announce(change: Change) -> None:
    # A request waits for it, and the layer itself would wait for 5 s.
    async with asyncio.timeout(TIMEOUT_S):
        await FrameBus().announce(change)
