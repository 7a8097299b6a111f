"""How many frames an ingest process loses on their way to Redis, beside processes that take all
they get of the processor: with several frames in flight, and with one at a time.

The intakes have a core of their own, Redis and a subscriber another one; the busy processes are on
both. Frames come without WebRTC, whose cameras would need more than such a machine has.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from statistics import median

from benchmarks.conditions import describe, load
from benchmarks.cores import bound_to, split
from benchmarks.load.frames import FPS
from benchmarks.stage import Stage, running, set_up

CAMERAS = 8
FRAME_BYTES = 40_000
WAYS = ("in_turn", "together")
_SUBSCRIBER = """
import redis, sys
subscriptions = redis.Redis.from_url(sys.argv[1]).pubsub()
subscriptions.psubscribe("*camera.*")
for message in subscriptions.listen():
    pass
"""
_BUSY = "while True: pass"


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int
    seconds: float
    #: Busy processes on each core.
    busy: tuple[int, ...]


FULL = Plan(rounds=5, seconds=14.0, busy=(0, 1, 2, 3))
QUICK = Plan(rounds=1, seconds=6.0, busy=(0, 2))


@dataclass(frozen=True, slots=True)
class Result:
    busy: int
    way: str
    #: Of one run.
    came: int
    lost: float
    most_lost: int
    #: From the camera's message to Redis and back, the newest pictures stored beside.
    cpu_us_per_frame: float


@contextmanager
def busy(processes: int, cores: tuple[int, int]) -> Iterator[None]:
    """So many on each of these cores."""
    with ExitStack() as stack:
        for core in cores:
            for _ in range(processes):
                with bound_to(core):
                    process = subprocess.Popen([sys.executable, "-c", _BUSY])
                stack.callback(process.wait)
                stack.callback(process.kill)
        yield


def measure(stage: Stage, core: int, way: str, seconds: float) -> dict[str, float]:
    words = (str(CAMERAS), str(FRAME_BYTES), str(seconds), way)
    with bound_to(core):
        command = [sys.executable, "-m", "benchmarks.load.intakes", *words]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def run(plan: Plan, say: Callable[[str], None]) -> list[Result]:
    """The two are measured in turn: whatever disturbs the machine disturbs both."""
    cores = split()
    found: dict[tuple[int, str], list[dict[str, float]]] = defaultdict(list)
    with set_up() as stage:
        listen = [sys.executable, "-c", _SUBSCRIBER, stage.redis_url]
        with running(listen, stage.folder, cores[1]):
            for _ in range(plan.rounds):
                for number in plan.busy:
                    for way in WAYS:
                        with busy(number, cores):
                            found[number, way].append(measure(stage, cores[0], way, plan.seconds))
                        say(_row(_result(number, way, found[number, way][-1:])))
    return [_result(number, way, runs) for (number, way), runs in found.items()]


def _result(number: int, way: str, runs: list[dict[str, float]]) -> Result:
    lost = [int(each["lost"]) for each in runs]
    return Result(
        number,
        way,
        round(median(each["came"] for each in runs)),
        median(lost),
        max(lost),
        round(median(1e6 * each["cpu_s"] / each["came"] for each in runs), 1),
    )


HEADER = "busy processes a core  frames in flight  frames  lost: median  most   CPU us/frame"


def _row(result: Result) -> str:
    way = {"in_turn": "one", "together": "several"}[result.way]
    return (
        f"{result.busy:22} {way:>17} {result.came:7,} {result.lost:13,.0f} {result.most_lost:5,}"
        f" {result.cpu_us_per_frame:14.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench publishing", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one short run of each")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each run")
    parser.add_argument("--busy", type=int, nargs="+", help="processes on each core")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    plan = replace(
        plan,
        rounds=options.rounds or plan.rounds,
        seconds=options.seconds or plan.seconds,
        busy=tuple(options.busy) if options.busy else plan.busy,
    )
    before = load()
    results = run(plan, (lambda _: None) if options.json else _say)
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
        return
    print(
        f"\n{describe('redis', 'uvloop')}\n"
        f"{CAMERAS} cameras, {FRAME_BYTES:,} bytes at {FPS} fps, into one process; {plan.rounds}"
        f" runs of {plan.seconds:.0f} s of each, in turn; {before}\n\n{HEADER}"
    )
    print(*map(_row, results), sep="\n")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
