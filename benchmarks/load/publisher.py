"""One camera's frames, 30 a second, into the server that is measured.

publisher bus FRAME_BYTES CAMERA_ID     as our ingest process does
publisher group FRAME_BYTES URL         group_send of RedisChannelLayer
publisher socket FRAME_BYTES URL        messages on a WebSocket

Says `ready`; then it pauses at SIGUSR1 and goes on at SIGUSR2.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from uuid import UUID

import django
from channels_redis.core import RedisChannelLayer
from websockets.asyncio.client import connect

from streaming.domain import wire

Send = Callable[[bytes], Awaitable[None]]

_FPS = 30
_SESSION = 1


async def publish(send: Send, frame_bytes: int) -> None:
    picture = os.urandom(frame_bytes - wire.HEADER.size)
    going = asyncio.Event()
    going.set()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, going.clear)
    loop.add_signal_handler(signal.SIGUSR2, going.set)
    print("ready", flush=True)
    due_s = time.monotonic()
    for sequence in count(1):
        await going.wait()
        # What was missed in a pause is not made up for.
        due_s = max(due_s + 1 / _FPS, time.monotonic())
        await asyncio.sleep(due_s - time.monotonic())
        frame = wire.pack(
            rendition=wire.Rendition.JPEG,
            codec=wire.Codec.JPEG,
            key=True,
            session=_SESSION,
            sequence=sequence,
            captured_at=time.time() * 1000,
            width=640,
            height=480,
            payload=picture,
        )
        await send(frame)


async def to_bus(frame_bytes: int, camera_id: str) -> None:
    django.setup()
    # Not before the settings are read.
    from streaming.bus import FrameBus

    bus = FrameBus()
    await publish(lambda frame: bus.publish(UUID(camera_id), frame), frame_bytes)


async def to_group(frame_bytes: int, url: str) -> None:
    layer = RedisChannelLayer(hosts=[url])

    async def send(frame: bytes) -> None:
        await layer.group_send("camera", {"type": "frame", "message": frame})

    await publish(send, frame_bytes)


async def to_socket(frame_bytes: int, url: str) -> None:
    async with connect(url, compression=None, proxy=None) as socket:
        await publish(socket.send, frame_bytes)


if __name__ == "__main__":
    _way, _bytes, _to = sys.argv[1:]
    asyncio.run({"bus": to_bus, "group": to_group, "socket": to_socket}[_way](int(_bytes), _to))
