"""A camera's frames, 30 a second, into the server that is measured.

publisher bus FRAME_BYTES CAMERA_ID ... as our ingest process does, of one camera or several
publisher video FRAME_BYTES CAMERA_ID   the same with frames of video, and the state that offers it
publisher group FRAME_BYTES URL         group_send of RedisChannelLayer
publisher socket FRAME_BYTES URL        messages on a WebSocket

Says `ready`; then it pauses at SIGUSR1 and goes on at SIGUSR2.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django
from channels_redis.core import RedisChannelLayer
from websockets.asyncio.client import connect

from benchmarks.load import frames

if TYPE_CHECKING:
    from streaming.backplane.writer import StoreWriter

Send = Callable[[bytes], Awaitable[None]]
#: Session and sequence into a message.
Make = Callable[[int, int], bytes]
Way = Callable[..., Coroutine[Any, Any, None]]

#: Larger than that of any publisher before, which may have sent to the same server.
_SESSION = int(time.time())


#: A live state is renewed so often, as an ingest process does.
_STATE_EVERY_S = 1.0


async def publish(make: Make, *sends: Send) -> None:
    going = asyncio.Event()
    going.set()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, going.clear)
    loop.add_signal_handler(signal.SIGUSR2, going.set)
    print("ready", flush=True)
    async with asyncio.TaskGroup() as tasks:
        for number, send in enumerate(sends):
            # Cameras do not film in step.
            delay_s = number / len(sends) / frames.FPS
            tasks.create_task(_film(make, send, going, delay_s))


async def _film(make: Make, send: Send, going: asyncio.Event, delay_s: float) -> None:
    due_s = time.monotonic() + delay_s
    for sequence in count(1):
        await going.wait()
        # What was missed in a pause is not made up for.
        due_s = max(due_s + 1 / frames.FPS, time.monotonic())
        await asyncio.sleep(due_s - time.monotonic())
        await send(make(_SESSION, sequence))


def _pictures(frame_bytes: int) -> Make:
    return partial(frames.frame, frames.picture(frame_bytes))


async def to_bus(frame_bytes: int, *camera_ids: str) -> None:
    django.setup()
    # Not before the settings are read.
    from streaming.backplane.bus import FrameBus

    bus = FrameBus()
    sends = (partial(bus.publish, UUID(each)) for each in camera_ids)
    await publish(_pictures(frame_bytes), *sends)


async def video_to_bus(frame_bytes: int, camera_id: str) -> None:
    django.setup()
    # Not before the settings are read.
    from streaming.backplane.bus import FrameBus
    from streaming.backplane.connection import connect as connect_to_redis
    from streaming.backplane.writer import StoreWriter

    make = partial(frames.video, frames.picture(frame_bytes))
    async with connect_to_redis() as redis, asyncio.TaskGroup() as tasks:
        writer = StoreWriter(redis)
        tasks.create_task(writer.run())
        tasks.create_task(_offer_video(writer, UUID(camera_id)))
        await publish(make, partial(FrameBus().publish, UUID(camera_id)))


async def _offer_video(writer: StoreWriter, camera_id: UUID) -> None:
    from streaming.backplane.live_state import LiveState
    from streaming.domain.liveness import State

    while True:
        state = LiveState(
            state=State.LIVE,
            session=_SESSION,
            last_seen=time.time() * 1000,
            codecs=("h264",),
            video="h264",
        )
        writer.live(camera_id, state, publishing=True)
        await asyncio.sleep(_STATE_EVERY_S)


async def to_group(frame_bytes: int, url: str) -> None:
    layer = RedisChannelLayer(hosts=[url])

    async def send(frame: bytes) -> None:
        await layer.group_send("camera", {"type": "frame", "message": frame})

    await publish(_pictures(frame_bytes), send)


async def to_socket(frame_bytes: int, url: str) -> None:
    async with connect(url, compression=None, proxy=None) as socket:
        await publish(_pictures(frame_bytes), socket.send)


if __name__ == "__main__":
    _way, _bytes, *_to = sys.argv[1:]
    _ways: dict[str, Way] = {
        "bus": to_bus,
        "video": video_to_bus,
        "group": to_group,
        "socket": to_socket,
    }
    asyncio.run(_ways[_way](int(_bytes), *_to))
