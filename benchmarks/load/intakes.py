"""The part of an ingest process between WebRTC and Redis, for cameras at 30 frames a second:

    intakes CAMERAS FRAME_BYTES SECONDS together|in_turn

Prints, as JSON, how many frames came, how many of them were lost because Redis had not answered
earlier ones, and the processor time of all that. `in_turn` publishes one frame at a time, each
after the answer to the one before.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import django
import uvloop

from benchmarks.load import frames

if TYPE_CHECKING:
    from streaming.publish.intake import Intake

_SESSION = 1
_SETTLE_S = 0.5
_LAST_ANSWERS_S = 1.5


def count_losses() -> Counter[str]:
    # Not before the settings are read.
    from streaming.domain.wire import Frame
    from streaming.publish.intake import Intake

    counts = Counter(came=0, lost=0)
    pass_on, published = Intake._pass_on, Intake._published

    def counted_pass_on(self: Intake, frame: Frame) -> None:
        counts["came"] += 1
        # A picture that waits makes way for this one.
        counts["lost"] += bool(self._backlog)
        pass_on(self, frame)

    def counted_published(self: Intake, answer: asyncio.Future[int]) -> None:
        counts["lost"] += answer.exception() is not None
        published(self, answer)

    Intake._pass_on = counted_pass_on  # type: ignore[method-assign]
    Intake._published = counted_published  # type: ignore[method-assign]
    return counts


def publish_in_turn() -> None:
    # Not before the settings are read.
    from streaming.backplane.bus import FrameBus
    from streaming.publish import intake

    publish_soon, turn = FrameBus.publish_soon, asyncio.Lock()

    async def publish(bus: FrameBus, camera_id: UUID, message: bytes) -> int:
        async with turn:
            return await publish_soon(bus, camera_id, message)

    def wait_for_turn(bus: FrameBus, camera_id: UUID, message: bytes) -> asyncio.Future[int]:
        return asyncio.ensure_future(publish(bus, camera_id, message))

    FrameBus.publish_soon = wait_for_turn  # type: ignore[assignment, method-assign]
    intake.MAX_IN_FLIGHT = 1


async def film(intakes: list[Intake], frame_bytes: int, seconds: float) -> None:
    picture = frames.picture(frame_bytes)

    async def film_one(number: int, intake: Intake) -> None:
        began_s = time.monotonic() + number / len(intakes) / frames.FPS
        for sequence in count(1):
            due_s = began_s + sequence / frames.FPS
            if due_s > began_s + seconds:
                return
            # Cameras do not wait for this process: what is due comes, late but all of it.
            if (wait_s := due_s - time.monotonic()) > 0:
                await asyncio.sleep(wait_s)
            intake.frame(frames.frame(picture, _SESSION, sequence))

    async with asyncio.TaskGroup() as tasks:
        for number, intake in enumerate(intakes):
            tasks.create_task(film_one(number, intake))


async def main(cameras: int, frame_bytes: int, seconds: float) -> dict[str, float]:
    # Not before the settings are read.
    from streaming.backplane.bus import FrameBus
    from streaming.backplane.clock import ServerClock
    from streaming.backplane.connection import connect
    from streaming.backplane.writer import StoreWriter
    from streaming.domain.demand import Demand
    from streaming.publish.intake import Intake, Totals
    from streaming.refusals import Refusals

    counts = count_losses()
    async with connect() as redis:
        bus, writer, clock = FrameBus(), StoreWriter(redis), ServerClock()
        intakes = [
            Intake(
                camera_id=uuid4(),
                slug=f"camera-{number}",
                session=_SESSION,
                totals=Totals(),
                bus=bus,
                writer=writer,
                clock=clock,
                demand=Demand(),
                codec="auto",
                frame_rate=frames.FPS,
                refusals=Refusals(),
                send=lambda text: None,
            )
            for number in range(cameras)
        ]
        works = (clock.follow(redis), writer.run(), *(intake.run() for intake in intakes))
        running = [asyncio.ensure_future(work) for work in works]
        await bus.publish(intakes[0].camera_id, b"")
        await asyncio.sleep(_SETTLE_S)
        before_s = time.process_time()
        await film(intakes, frame_bytes, seconds)
        used_s = time.process_time() - before_s
        await asyncio.sleep(_LAST_ANSWERS_S)
        for task in running:
            task.cancel()
        await asyncio.wait(running)
    return {**counts, "cpu_s": used_s}


if __name__ == "__main__":
    _cameras, _bytes, _seconds, _way = sys.argv[1:]
    django.setup()
    if _way == "in_turn":
        publish_in_turn()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as _runner:
        print(json.dumps(_runner.run(main(int(_cameras), int(_bytes), float(_seconds)))))
