"""What a frame costs as cameras and processes grow: in each web process once, for each viewer, in
Redis, and in an ingest process. A system that scales shows flat columns.

The processes of `serve` have a core of their own. Load, publishers and Valkey share another one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, astuple, dataclass, replace
from functools import partial
from statistics import median
from typing import TypeVar

import redis

from benchmarks.conditions import describe, load
from benchmarks.cores import cpu_s, split
from benchmarks.load.filming import filming
from benchmarks.load.frames import FPS
from benchmarks.load.viewers import Door, Viewers
from benchmarks.stage import Stage, free_port, publishing, running, set_up
from tests.processes import children, wait_until

#: Largest against smallest figure of a column.
GOAL = 1.15
_READY_S = 20.0
_SETTLE_S = 1.0
_RELAYED_S = 1.0
#: By chance, some process may have no viewer of some camera: then there are more of them.
_MAX_FIRST = 64


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int
    seconds: float
    cameras: tuple[int, ...] = (1, 4, 16)
    webs: tuple[int, ...] = (1, 2, 4)
    frame_bytes: int = 40_000
    #: Sixteen of 40 kB are more than one core takes in.
    taken_in_bytes: int = 8_000
    viewers: int = 240


FULL = Plan(rounds=3, seconds=4.0)
QUICK = Plan(rounds=1, seconds=3.0, cameras=(1, 4), webs=(1, 2))


@dataclass(frozen=True, slots=True)
class Handed:
    """What going out costs. Times are those of a processor, all processes of a kind together."""

    cameras: int
    webs: int
    viewers: int
    #: Of those that were due.
    delivered: float
    us_per_viewer_frame: float
    #: One frame on its way into one web process.
    us_per_relayed_frame: float
    redis_us_per_relayed_frame: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What coming in costs."""

    cameras: int
    fps: float
    us_per_frame: float
    redis_us_per_frame: float


@dataclass(frozen=True, slots=True)
class Used:
    """In one window."""

    frames: float
    web_s: float
    redis_s: float
    ingest_s: float

    def beyond(self, other: Used) -> Used:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Used(*(mine - theirs for mine, theirs in pairs))


class System:
    """A `serve` with so many web processes, and who is in it."""

    def __init__(self, stage: Stage, port: int, pid: int) -> None:
        self.stage = stage
        self.port = port
        self._pid = pid
        self._redis = redis.Redis.from_url(stage.redis_url)
        self._redis_pid: int = self._redis.info("server")["process_id"]

    def pids(self, role: str) -> list[int]:
        return [pid for pid, line in children(self._pid).items() if f"manage.py {role}" in line]

    def used(self, frames: float) -> Used:
        """Since the processes began."""
        web_s, ingest_s = (sum(map(cpu_s, self.pids(role))) for role in ("web", "ingest"))
        return Used(frames, web_s, cpu_s(self._redis_pid), ingest_s)

    def has_relays(self, number: int) -> bool:
        """Whether so many cameras and web processes, each camera with each, come together soon."""
        deadline = time.monotonic() + _RELAYED_S
        while time.monotonic() < deadline:
            channels = self._redis.pubsub_channels("*camera.*")
            if sum(count for _, count in self._redis.pubsub_numsub(*channels)) == number:
                return True
            time.sleep(0.05)
        return False


@contextmanager
def serving(stage: Stage, webs: int, core: int) -> Iterator[System]:
    port = free_port()
    command = [
        *(sys.executable, "manage.py", "serve", "--no-demo", "--host", "127.0.0.1"),
        *("--port", str(port), "--web", str(webs), "--ingest", "1"),
    ]
    with running(command, stage.folder, core, port) as process:
        system = System(stage, port, process.pid)
        wait_until(lambda: "Ctrl-C" in process.output.read_text(), _READY_S)
        yield system


class Crowd:
    """Viewers of several cameras, the same number of each."""

    def __init__(self, parts: list[Viewers]) -> None:
        self._parts = parts
        self._pool = ThreadPoolExecutor(len(parts))

    def holds(self, each: int) -> bool:
        """Whether the server takes so many viewers of each camera."""
        return all(self._pool.map(lambda viewers: viewers.hold(each) == each, self._parts))

    def measure(self, seconds: float) -> int:
        """How many frames reached them."""
        windows = self._pool.map(lambda viewers: viewers.measure(seconds), self._parts)
        return sum(window.frames for window in windows)


def handed(system: System, cameras: int, webs: int, plan: Plan, idle: Used) -> Handed:
    """By two windows: the few viewers that make every process relay each camera, and more."""
    chosen = dict(list(system.stage.cameras.items())[:cameras])
    doors = {slug: _door(system, slug) for slug in chosen}
    with ExitStack() as stack:
        enter = stack.enter_context
        enter(publishing(system.stage, "bus", plan.frame_bytes, *chosen.values()))
        parts = [Viewers(door, plan.frame_bytes, slug) for slug, door in doors.items()]
        crowd = Crowd([enter(part) for part in parts])
        first = webs
        while not crowd.holds(first) or not system.has_relays(cameras * webs):
            first += webs
            if first > _MAX_FIRST:
                sys.exit("Some web process gets no viewers, or not all are taken.")
        few = used(system, crowd.measure, plan.seconds)
        each = first + plan.viewers // cameras
        crowd.holds(each)
        many = used(system, crowd.measure, plan.seconds)
    more, relaying = many.beyond(few), few.beyond(idle)
    viewer_frame_s = more.web_s / more.frames
    relayed = cameras * webs * FPS * plan.seconds
    return Handed(
        cameras,
        webs,
        cameras * each,
        many.frames / (cameras * each * FPS * plan.seconds),
        1e6 * viewer_frame_s,
        1e6 * (relaying.web_s - relaying.frames * viewer_frame_s) / relayed,
        1e6 * relaying.redis_s / relayed,
    )


def _door(system: System, slug: str) -> Door:
    subscribe = json.dumps({"type": "subscribe", "cameras": [slug]})
    return Door(system.port, "/ws/watch/", cookie=system.stage.cookie, subscribe=subscribe)


def used(system: System, receive: Callable[[float], float], seconds: float) -> Used:
    """In so many seconds, while `receive` counts frames."""
    time.sleep(_SETTLE_S)
    before = system.used(0)
    return system.used(receive(seconds)).beyond(before)


def nobody(seconds: float) -> float:
    """Receives nothing."""
    time.sleep(seconds)
    return 0


def taken(system: System, cameras: int, plan: Plan, idle: Used) -> Taken:
    url = f"http://127.0.0.1:{system.port}"
    keys = dict(list(system.stage.keys.items())[:cameras])
    with filming(url, plan.taken_in_bytes, keys) as film:
        came = used(system, lambda seconds: sum(film.measure(seconds)) * seconds, plan.seconds)
    more = came.beyond(idle)
    return Taken(
        cameras,
        more.frames / cameras / plan.seconds,
        1e6 * more.ingest_s / more.frames,
        1e6 * more.redis_s / more.frames,
    )


def run(plan: Plan, say: Callable[[str], None]) -> tuple[list[Handed], list[Taken]]:
    core, _ = split()
    out: dict[tuple[int, int], list[Handed]] = defaultdict(list)
    taken_in: dict[int, list[Taken]] = defaultdict(list)
    with set_up(cameras=max(plan.cameras)) as stage:
        for _ in range(plan.rounds):
            for webs in plan.webs:
                with serving(stage, webs, core) as system:
                    idle = used(system, nobody, plan.seconds)
                    for cameras in plan.cameras:
                        out[webs, cameras].append(handed(system, cameras, webs, plan, idle))
                        say(_going_out(out[webs, cameras][-1]))
                    if webs == 1:
                        for cameras in plan.cameras:
                            taken_in[cameras].append(taken(system, cameras, plan, idle))
                            say(_coming_in(taken_in[cameras][-1]))
    return [_median(each) for each in out.values()], [_median(each) for each in taken_in.values()]


Row = TypeVar("Row", Handed, Taken)


def _median(rows: list[Row]) -> Row:
    columns = zip(*map(astuple, rows), strict=True)
    return type(rows[0])(*(round(median(values), 3) for values in columns))


def _going_out(row: Handed) -> str:
    return (
        f"{row.cameras:7} {row.webs:14} {row.viewers:8} {row.delivered:10.1%}"
        f" {row.us_per_viewer_frame:17.1f} {row.us_per_relayed_frame:18.0f}"
        f" {row.redis_us_per_relayed_frame:7.0f}"
    )


def _coming_in(row: Taken) -> str:
    return f"{row.cameras:7} {row.fps:6.1f} {row.us_per_frame:17.0f} {row.redis_us_per_frame:7.0f}"


def table(out: list[Handed], taken_in: list[Taken]) -> Iterator[str]:
    yield "cameras  web processes  viewers  delivered   us/viewer-frame   us/relayed frame   Redis"
    yield from map(_going_out, out)
    yield _flat("us/viewer-frame", [row.us_per_viewer_frame for row in out])
    yield _flat("us/relayed frame", [row.us_per_relayed_frame for row in out])
    yield "\ncameras    fps   ingest us/frame   Redis"
    yield from map(_coming_in, taken_in)
    yield _flat("ingest us/frame", [each.us_per_frame for each in taken_in])


def _flat(name: str, values: list[float]) -> str:
    ratio = max(values) / min(values)
    verdict = "flat" if ratio <= GOAL else "NOT FLAT"
    return (
        f"{name}: last / first {values[-1] / values[0]:.2f}, largest / smallest {ratio:.2f},"
        f" goal {GOAL:.2f}: {verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench scale", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="up to 4 cameras, 2 web processes")
    parser.add_argument("--rounds", type=int, help="of which the median is taken")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    plan = replace(plan, rounds=options.rounds or plan.rounds)
    before = load()
    say: Callable[[str], None] = (lambda _: None) if options.json else partial(print, flush=True)
    out, taken_in = run(plan, say)
    if options.json:
        print(
            json.dumps(
                {"out": [asdict(row) for row in out], "in": [asdict(row) for row in taken_in]}
            )
        )
        return
    print(
        f"{describe()}\n"
        f"{FPS} fps, {plan.frame_bytes // 1000} kB a frame going out over `serve`,"
        f" {plan.taken_in_bytes // 1000} kB coming in by WebRTC; the median of {plan.rounds}"
        f" rounds, windows of {plan.seconds:.0f} s;\nwithout what processes use when nobody is"
        " there; all web processes on one core, publishers, load clients and Valkey on"
        f" another; {before}\n"
    )
    print(*table(out, taken_in), sep="\n")


if __name__ == "__main__":
    main()
