"""The `frames` channel layer: frames of each camera, and what every process must know at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, cast
from uuid import UUID

from channels.layers import get_channel_layer

from streaming.backplane.connection import Unavailable, reconnect_waits
from streaming.domain.demand import Want
from streaming.protocol.notices import Change, KeyFrame, Notice, Wants, event_of, notice_of
from streaming.tasks import raise_if_cancelled

logger = logging.getLogger(__name__)

_CONTROL = "control"
#: So often a process says something to itself...
_ECHO_EVERY_S = 0.5
#: ...and listens anew when it heard nothing for so many times,
_MAX_MISSES = 2
#: or so many where it has just begun: on a busy machine, a connection and its subscriptions take
#: longer than a message.
_INITIAL_MISSES = 4


class FrameBus:
    """Publish and subscribe to frames and notices.

    Every call may raise what `streaming.backplane.connection.Unavailable` names.
    """

    def __init__(self) -> None:
        # channels has no types; its layers are checked at start (streaming.E002).
        self._layer = cast(Any, get_channel_layer("frames"))

    async def publish(self, camera_id: UUID, message: bytes) -> None:
        """Hand one frame, in its envelope, to every process that relays the camera."""
        await self.publish_soon(camera_id, message)

    def publish_soon(self, camera_id: UUID, message: bytes) -> asyncio.Future[int]:
        """The same without waiting: frames go out in the order of the calls, each told its end."""
        event = {"type": "frame", "message": message}
        answer: asyncio.Future[int] = self._layer.group_send_soon(_group(camera_id), event)
        return answer

    async def frames(self, camera_id: UUID) -> AsyncGenerator[list[bytes]]:
        """The frames published from now on: all that have come since those before were taken.

        Close it (`aclosing`) to leave the group.
        """
        async with self._listening(_group(camera_id)) as channel:
            while True:
                yield [event["message"] for event in await self._layer.receive_all(channel)]

    async def announce(self, change: Change) -> None:
        await self._tell(change)

    async def want(self, process_id: str, wants: Mapping[UUID, Want]) -> None:
        """Say what the viewers of a process want: to be said again within `demand.LEASE_S`."""
        await self._tell(Wants(process_id, wants))

    async def ask_key_frame(self, camera_id: UUID) -> None:
        await self._tell(KeyFrame(camera_id))

    async def notices(self) -> AsyncGenerator[Notice]:
        """What is said to every process from now on."""
        async for event in self._events(_CONTROL):
            if notice := notice_of(event):
                yield notice

    async def follow(self, apply: Callable[[Notice], Awaitable[None]]) -> None:
        """Hand each notice to `apply`, for ever, and see to it that this process hears what is
        published; while Redis is away, wait for it."""

        async def take(event: dict[str, Any]) -> None:
            if notice := notice_of(event):
                await apply(notice)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_all(_CONTROL, take), name="bus: notices")
            tasks.create_task(self._watch_echo(), name="bus: echo")

    async def _tell(self, notice: Notice) -> None:
        await self._layer.group_send(_CONTROL, event_of(notice))

    async def _watch_echo(self) -> None:
        """A connection whose other end is gone without a word looks like one on which nothing
        comes: only what must come tells them apart."""
        group = f"echo.{uuid.uuid4().hex}"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_all(group, _ignore), name="bus: own echo")
            received, patience = 0, _INITIAL_MISSES
            while True:
                await asyncio.sleep(_ECHO_EVERY_S)
                # Not the echo alone: where much comes, it comes late, behind all the rest.
                before, received = received, self._layer.received_count(group)
                patience = _MAX_MISSES if received != before else patience - 1
                try:
                    await self._layer.group_send(group, {"type": "echo"})
                except Unavailable:
                    # Away: the layer listens again by itself, within a second of its return.
                    patience = _INITIAL_MISSES
                raise_if_cancelled()
                if patience <= 0:
                    logger.warning("Redis answers but sends nothing: subscribing again")
                    await self._layer.resubscribe()
                    patience = _INITIAL_MISSES

    async def _take_all(
        self, group: str, take: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        waits = reconnect_waits()
        while True:
            try:
                async with contextlib.aclosing(self._events(group)) as events:
                    async for event in events:
                        waits.reset()
                        await take(event)
            except Unavailable:
                await asyncio.sleep(waits.next_s())

    async def _events(self, group: str) -> AsyncGenerator[dict[str, Any]]:
        async with self._listening(group) as channel:
            while True:
                yield await self._layer.receive(channel)

    @contextlib.asynccontextmanager
    async def _listening(self, group: str) -> AsyncGenerator[str]:
        channel = await self._layer.new_channel()
        try:
            # Inside: the layer enters the channel in the group before it waits, and a channel that
            # nobody reads would fill for ever.
            await self._layer.group_add(group, channel)
            raise_if_cancelled()
            yield channel
        finally:
            # An error here would stand in for the cancellation that ends a listener.
            with contextlib.suppress(*Unavailable):
                await self._layer.group_discard(group, channel)


async def _ignore(_event: dict[str, Any]) -> None:
    """Who listens only in order to be heard."""


def _group(camera_id: UUID) -> str:
    return f"camera.{camera_id}"
