from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import create_pool
from redis.asyncio.client import PubSub

from cameras.errors import reason_of
from streaming.backplane.connection import TIMEOUT_S, Unavailable, reconnect_waits
from streaming.backplane.pipeline import Pipeline
from streaming.tasks import spawn

logger = logging.getLogger(__name__)

#: So often who listens looks whether it still does: each look costs as much as a message.
_LOOK_EVERY_S = 0.5
#: Messages for a process that has not taken them yet, of some 200 bytes. Each camera is said to be
#: alive every 2 s: a process of 500 that is late for 10 s misses none.
MAX_WAITING_FOR_PROCESS = 10_000


class SignalingLayer(RedisChannelLayer):  # type: ignore[misc]
    """The `default` layer: a reader waits for Redis to come back.

    Its own class would raise in every consumer that listens, and so close the socket of every
    camera whenever Redis restarts. It would also keep a queue for each of those who have gone: of
    who read for all others when they went, and of those for whom something comes later.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: Channels of this process that somebody listens to, or is about to.
        self._open: set[str] = set()

    async def new_channel(self, *args: Any, **kwargs: Any) -> str:
        channel: str = await super().new_channel(*args, **kwargs)
        self._open.add(channel)
        return channel

    def forget(self, channel: str) -> None:
        """Nobody listens to it any more: keep nothing that is for it, or comes later."""
        self._open.discard(channel)
        self.receive_buffer.pop(channel, None)

    def get_capacity(self, channel: str) -> int:
        """What is for one process is never what many wait for in turn."""
        capacity: int = super().get_capacity(channel)
        return max(capacity, MAX_WAITING_FOR_PROCESS) if "!" in channel else capacity

    async def receive(self, channel: str) -> dict[str, Any]:
        waits = reconnect_waits()
        self._open.add(channel)
        while True:
            try:
                message: dict[str, Any] = await super().receive(channel)
                return message
            except asyncio.CancelledError:
                # As its own class does: consumers cancel their last one when they end.
                self.forget(channel)
                raise
            except Unavailable as error:
                logger.debug("Redis gives no messages: %s", reason_of(error))
                await asyncio.sleep(waits.next_s())

    async def receive_single(self, channel: str) -> tuple[str | list[str], dict[str, Any]]:
        """For whom the next message is, and the message; one process's own are for who is there."""
        while True:
            to, message = await super().receive_single(channel)
            if "!" not in channel:
                return to, message
            there = [each for each in ([to] if isinstance(to, str) else to) if each in self._open]
            if there:
                return there, message


class FramesLayer(RedisPubSubChannelLayer):  # type: ignore[misc]
    """The `frames` layer: publishes cheaply, waits for Redis 1 s at most, and listens again soon
    after an outage. What it says to Redis is what its own class would say.
    """

    async def receive_all(self, channel: str) -> list[dict[str, Any]]:
        """Waits for the next message; those that have come besides are there, too."""
        messages = [await self.receive(channel)]
        queue = self._get_layer().channels[channel]
        while not queue.empty():
            messages.append(self.deserialize(queue.get_nowait()))
        return messages

    def group_send_soon(self, group: str, message: dict[str, Any]) -> asyncio.Future[int]:
        """Sends in the order of the calls. The answer: how many heard it, or what went wrong."""
        layer = self._get_layer()
        channel = layer._get_group_channel_name(group)
        shard: Shard = layer._get_shard(channel)
        return shard.publish_soon(channel, self.serialize(message))

    def received_count(self, group: str) -> int:
        """How many messages have come from the server that has this group."""
        layer = self._get_layer()
        count: int = layer._get_shard(layer._get_group_channel_name(group)).received
        return count

    async def resubscribe(self) -> None:
        """Replace the connection on which messages come, subscriptions and all."""
        for shard in self._get_layer()._shards:
            await shard.resubscribe()

    def _get_layer(self) -> RedisPubSubLoopLayer:
        is_new = asyncio.get_running_loop() not in self._layers
        layer = super()._get_layer()
        if is_new:
            layer._shards = [Shard(shard.host, layer) for shard in layer._shards]
        return layer


class Shard(RedisSingleShardConnection):  # type: ignore[misc]
    """One server of the `frames` layer."""

    _receive_task: asyncio.Task[None] | None

    def __init__(self, host: dict[str, Any], layer: RedisPubSubLoopLayer) -> None:
        super().__init__(
            {**host, "socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}, layer
        )
        # `_pipeline` limits the time itself: redis-py would need a task for each message.
        self._pipeline = Pipeline(create_pool({**host, "socket_timeout": None}).make_connection())
        #: Messages that have come.
        self.received = 0

    async def publish(self, channel: str, message: bytes) -> None:
        await self.publish_soon(channel, message)

    def publish_soon(self, channel: str, message: bytes) -> asyncio.Future[int]:
        return self._pipeline.execute("PUBLISH", channel, message)

    async def resubscribe(self) -> None:
        if self._pubsub is not None:
            await self._pubsub.disconnect()

    async def flush(self) -> None:
        await super().flush()
        await self._pipeline.close()

    def _ensure_redis(self) -> None:
        is_new = self._redis is None
        super()._ensure_redis()
        if is_new:
            self._pubsub = Listener(self._redis.connection_pool)

    def _ensure_receiver(self) -> None:
        if self._receive_task is None:
            self._receive_task = spawn("frames layer", self._do_receiving())

    async def _do_receiving(self) -> None:
        """Its own class waits a second after each error, logs its traceback, and ends for ever when
        a connection times out."""
        waits = reconnect_waits()
        is_receiving = True
        while True:
            try:
                if self._pubsub is None or not self._pubsub.subscribed:
                    await asyncio.sleep(0.1)
                    continue
                message = await self._pubsub.get_message(
                    ignore_subscribe_messages=True, timeout=_LOOK_EVERY_S
                )
            except Unavailable as error:
                if is_receiving:
                    logger.warning("Redis hands on no frames: %s", reason_of(error))
                is_receiving = False
                await asyncio.sleep(waits.next_s())
            else:
                is_receiving = True
                waits.reset()
                self.received += message is not None
                self._receive_message(message)


class Listener(PubSub):
    """Subscriptions over a connection on which one task at a time says or mends anything.

    With redis-py's own, who reads and who subscribes may connect at the same time, and take each
    other's answers.
    """

    def __init__(self, pool: Any) -> None:
        super().__init__(pool)
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None

    async def execute_command(self, *args: Any) -> None:
        async with self._exclusive():
            await super().execute_command(*args)

    async def parse_response(self, *args: Any, **options: Any) -> Any:
        if self._lock.locked() or (self.connection and not self.connection.is_connected):
            async with self._exclusive():
                await self.connect()  # type: ignore[no-untyped-call]
        return await super().parse_response(*args, **options)

    async def disconnect(self) -> None:
        async with self._exclusive():
            if self.connection is not None:
                await self.connection.disconnect(nowait=True)

    async def _reconnect(self, *args: Any, **options: Any) -> None:
        async with self._exclusive():
            await super()._reconnect(*args, **options)

    @asynccontextmanager
    async def _exclusive(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        if self._owner is task:
            # Whoever connects subscribes anew to all that was subscribed to.
            yield
            return
        async with self._lock:
            self._owner = task
            try:
                yield
            finally:
                self._owner = None
