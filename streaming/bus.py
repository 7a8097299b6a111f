"""The `frames` channel layer: frames of each camera, and what every process must know at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import UUID

from channels.layers import get_channel_layer

from streaming.domain.backoff import Backoff
from streaming.redis import Unavailable
from streaming.tasks import heed_cancellation

_CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Change:
    """A fact for all processes; None means any camera, any user."""

    kind: Literal["access", "disconnect", "taken_over"]
    camera_id: UUID | None = None
    user_id: int | None = None


class FrameBus:
    """Publish and subscribe to frames and changes.

    Every call may raise what `streaming.redis.Unavailable` names.
    """

    def __init__(self) -> None:
        # channels has no types; its layers are checked at start (streaming.E002).
        self._layer = cast(Any, get_channel_layer("frames"))

    async def publish(self, camera_id: UUID, message: bytes) -> None:
        """Hand one frame, in its envelope, to every process that relays the camera."""
        await self._layer.group_send(_group(camera_id), {"type": "frame", "message": message})
        heed_cancellation()

    async def frames(self, camera_id: UUID) -> AsyncGenerator[bytes]:
        """The frames published from now on; close it (`aclosing`) to leave the group."""
        async for event in self._events(_group(camera_id)):
            yield event["message"]

    async def announce(self, change: Change) -> None:
        await self._layer.group_send(
            _CONTROL,
            {
                "type": "change",
                "kind": change.kind,
                "camera_id": change.camera_id and str(change.camera_id),
                "user_id": change.user_id,
            },
        )

    async def changes(self) -> AsyncGenerator[Change]:
        """The changes announced from now on."""
        async for event in self._events(_CONTROL):
            camera_id = event["camera_id"] and UUID(event["camera_id"])
            yield Change(event["kind"], camera_id, event["user_id"])

    async def follow(self, apply: Callable[[Change], Awaitable[None]]) -> None:
        """Hand each change to `apply`, for ever; while Redis is away, wait for it."""
        backoff = Backoff()
        while True:
            try:
                async with contextlib.aclosing(self.changes()) as changes:
                    async for change in changes:
                        backoff.reset()
                        await apply(change)
            except Unavailable:
                await asyncio.sleep(backoff.next_s())

    async def _events(self, group: str) -> AsyncGenerator[dict[str, Any]]:
        channel = await self._layer.new_channel()
        try:
            # Inside: the layer enters the channel in the group before it waits, and a channel that
            # nobody reads would fill for ever.
            await self._layer.group_add(group, channel)
            heed_cancellation()
            while True:
                yield await self._layer.receive(channel)
        finally:
            # An error here would stand in for the cancellation that ends a listener.
            with contextlib.suppress(*Unavailable):
                await self._layer.group_discard(group, channel)


def _group(camera_id: UUID) -> str:
    return f"camera.{camera_id}"
