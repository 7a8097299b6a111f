"""What the facts of cameras cost on their way to Redis: in batches, as SkySentry writes them, and
one by one, each command a round trip of its own.

Both write the same: the newest picture with each frame, a live state every second, a sign of life
with every tenth frame. CPU is that of the server and of the writing process; what the process
spends on making the frames itself is measured alone and taken off.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import redis.asyncio
import uvloop
from django.conf import settings

from benchmarks.conditions import describe
from streaming.backplane.connection import connect
from streaming.backplane.live_state import LiveState
from streaming.backplane.writer import Operation, StoreWriter
from streaming.domain.liveness import State
from streaming.supervision import embedded
from streaming.tasks import raise_if_cancelled
from tests.valkey import Valkey

_FPS = 30
_PICTURE = os.urandom(40_000)
_CAMERAS = (1, 4, 16)


@dataclass(frozen=True, slots=True)
class Result:
    """Per second; shares of one core."""

    cameras: int
    way: str
    facts: float
    commands: float
    round_trips: float
    redis_cpu: float
    writer_cpu: float
    #: Facts that still waited when the time was over.
    left: int

    @property
    def cpu(self) -> float:
        return self.redis_cpu + self.writer_cpu


class Counting:
    """A client's round trips."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self.count = 0
        self._client = client

    def pipeline(self, transaction: bool) -> Any:
        self.count += 1
        return self._client.pipeline(transaction=transaction)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        self.count += 1
        command: Callable[..., Any] = getattr(self._client, name)
        return command


class Unbatched(StoreWriter):
    """Says each fact as it comes, and awaits each command."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self._facts: asyncio.Queue[Operation] = asyncio.Queue()

    @property
    def left(self) -> int:
        return self._facts.qsize()

    def _put(self, key: str, operation: Operation) -> None:
        self._facts.put_nowait(operation)

    async def run(self) -> None:
        while True:
            commands = Commands()
            (await self._facts.get())(commands)
            if self._frames:
                self._frames -= 1
                commands.incrby("frames", 1)
            for name, args, options in commands.said:
                await getattr(self._client, name)(*args, **options)
                raise_if_cancelled()


class Commands:
    """Takes commands as a pipeline does, to be sent one by one."""

    def __init__(self) -> None:
        self.said: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **options: self.said.append((name, args, options))


class Batched(StoreWriter):
    @property
    def left(self) -> int:
        return len(self._waiting)


async def film(writer: StoreWriter | None, cameras: list[UUID], seconds: float) -> int:
    """Hand over what cameras say, at their pace; how many facts that were."""
    facts = 0
    began = time.monotonic()
    for number in range(round(seconds * _FPS)):
        await asyncio.sleep(began + number / _FPS - time.monotonic())
        now_ms = time.time() * 1000
        for camera in cameras:
            live = LiveState(state=State.LIVE, session=7, last_seen=now_ms, frames=number)
            if writer is None:
                continue
            writer.image(camera, _PICTURE, now_ms)
            facts += 1
            if number % 10 == 0:
                writer.seen(camera, now_ms)
                facts += 1
            if number % _FPS == 0:
                writer.live(camera, live, publishing=True)
                facts += 1
    return facts


async def measure(way: type[Batched] | type[Unbatched], cameras: int, seconds: float) -> Result:
    ids = [uuid4() for _ in range(cameras)]
    before_s = _cpu_s()
    await film(None, ids, seconds)
    making_s = _cpu_s() - before_s
    async with connect() as client:
        counting = Counting(client)
        # Connections and code are warm before anything is counted.
        async with _writing(way, counting) as writer:
            await film(writer, ids, 0.5)
            commands, redis_s = await _server(client)
            counting.count = 0
            before_s = _cpu_s()
            facts = await film(writer, ids, seconds)
            writer_s = _cpu_s() - before_s - making_s
            left, round_trips = writer.left, counting.count
        after_commands, after_redis_s = await _server(client)
    return Result(
        cameras=cameras,
        way=way.__name__.lower(),
        facts=facts / seconds,
        commands=(after_commands - commands) / seconds,
        round_trips=round_trips / seconds,
        redis_cpu=(after_redis_s - redis_s) / seconds,
        writer_cpu=max(0.0, writer_s) / seconds,
        left=left,
    )


@asynccontextmanager
async def _writing(
    way: type[Batched] | type[Unbatched], client: Any
) -> AsyncIterator[Batched | Unbatched]:
    writer = way(client)
    task = asyncio.create_task(writer.run())
    yield writer
    task.cancel()
    await asyncio.wait([task])


async def _server(client: redis.asyncio.Redis) -> tuple[int, float]:
    """Commands that Redis has taken, and the CPU it has used, in s."""
    stats = await client.info("commandstats")
    cpu = await client.info("cpu")
    asked = {"cmdstat_info", "cmdstat_hello", "cmdstat_client|setinfo", "cmdstat_ping"}
    calls = sum(each["calls"] for name, each in stats.items() if name not in asked)
    return calls, cpu["used_cpu_user"] + cpu["used_cpu_sys"]


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench redis", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="for each row")
    parser.add_argument("--quick", action="store_true", help="3 s for each row")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seconds = 3.0 if options.quick else options.seconds
    with tempfile.TemporaryDirectory(prefix="sky-") as folder:
        server = Valkey(Path(folder) / "valkey")
        settings.configure(REDIS_LAYER_URL=embedded.url(Path(folder) / "valkey"))
        server.start()
        try:
            results = [
                uvloop.run(measure(way, cameras, seconds))
                for cameras in _CAMERAS
                for way in (Unbatched, Batched)
            ]
        finally:
            server.stop()
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
    else:
        _print(results, seconds)


def _print(results: list[Result], seconds: float) -> None:
    load = os.getloadavg()[0]
    print(
        f"{len(_PICTURE):,} bytes a picture, {_FPS} fps, {seconds:.0f} s a row, Valkey on a Unix "
        f"socket, load {load:.1f}; {describe()}\n"
    )
    print("cameras  way        facts/s  commands/s  round trips/s  Redis CPU  writer CPU  left")
    for each in results:
        print(
            f"{each.cameras:7}  {each.way:9} {each.facts:8.0f} {each.commands:11.0f}"
            f" {each.round_trips:14.0f} {each.redis_cpu:10.1%} {each.writer_cpu:11.1%}"
            f" {each.left:5}"
        )
    print("\ncameras  saved: commands  round trips  Redis CPU  writer CPU  CPU of both")
    for single, batched in zip(results[::2], results[1::2], strict=True):
        saved = [
            1 - getattr(batched, name) / max(getattr(single, name), 1e-9)
            for name in ("commands", "round_trips", "redis_cpu", "writer_cpu", "cpu")
        ]
        print(
            f"{single.cameras:7} {saved[0]:16.0%} {saved[1]:12.0%} {saved[2]:10.0%}"
            f" {saved[3]:11.0%} {saved[4]:12.0%}"
        )


if __name__ == "__main__":
    main()
