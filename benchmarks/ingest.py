"""What a camera costs that comes in at 30 frames a second: our ingest process, which checks,
counts and publishes, against an aiortc receiver that only counts messages.

The receiver has a core of its own. Cameras (aiortc too), web process and Valkey share another one.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from statistics import median

from benchmarks.conditions import describe, load
from benchmarks.cores import cpu_s, split
from benchmarks.load.filming import filming
from benchmarks.stage import Stage, free_port, running, set_up

#: Ours against the bare receiver.
GOAL = 1.25
#: Below that, the cameras' own core or the network is what limits: no figure of the receiver's.
MIN_FPS = 29.0
_SETTLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    rounds: int
    seconds: float
    sizes: tuple[int, ...]
    cameras: tuple[int, ...]


FULL = Plan(3, 8.0, (20_000, 40_000, 80_000), (1, 2, 4, 8))
QUICK = Plan(1, 5.0, (40_000,), (1, 4))


@dataclass(frozen=True, slots=True)
class Result:
    receiver: str
    frame_bytes: int
    cameras: int
    #: Percent of a core.
    cpu_per_camera: float
    #: Of the camera of which the fewest arrived.
    fps: float


@dataclass(frozen=True, slots=True)
class Receiver:
    pid: int
    url: str


@contextmanager
def bare(stage: Stage, core: int) -> Iterator[Receiver]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.peers.bare_ingest", str(port)]
    with running(command, stage.folder, core, port) as process:
        yield Receiver(process.pid, f"http://127.0.0.1:{port}")


@contextmanager
def ours(stage: Stage, core: int, web: str) -> Iterator[Receiver]:
    """`web` is where offers are made."""
    with running([sys.executable, "manage.py", "ingest"], stage.folder, core) as process:
        yield Receiver(process.pid, web)


@contextmanager
def web_process(stage: Stage, core: int) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "manage.py", "web", "--host", "127.0.0.1", "--port", str(port)]
    folder = stage.folder / "web"
    folder.mkdir()
    with running(command, folder, core, port):
        yield f"http://127.0.0.1:{port}"


def measure(
    receiver: Receiver, stage: Stage, cameras: int, frame_bytes: int, seconds: float
) -> tuple[float, float]:
    """Percent of a core for each camera, and the frames per second that arrived."""
    keys = dict(list(stage.keys.items())[:cameras])
    with filming(receiver.url, frame_bytes, keys) as film:
        time.sleep(_SETTLE_S)
        before_s, began_s = cpu_s(receiver.pid), time.monotonic()
        fps = film.measure(seconds)
        used = (cpu_s(receiver.pid) - before_s) / (time.monotonic() - began_s)
        return 100 * used / cameras, min(fps)


def run(plan: Plan) -> list[Result]:
    core, load_core = split()
    found: dict[tuple[int, int, str], list[tuple[float, float]]] = defaultdict(list)
    with set_up(cameras=max(plan.cameras)) as stage, web_process(stage, load_core) as web:
        receivers = {"bare": lambda: bare(stage, core), "ours": lambda: ours(stage, core, web)}
        for _ in range(plan.rounds):
            for frame_bytes in plan.sizes:
                for cameras in plan.cameras:
                    for name, start in receivers.items():
                        with start() as receiver:
                            found[frame_bytes, cameras, name].append(
                                measure(receiver, stage, cameras, frame_bytes, plan.seconds)
                            )
    return [
        Result(
            name,
            frame_bytes,
            cameras,
            round(median(cpu for cpu, _ in values), 2),
            round(median(fps for _, fps in values), 1),
        )
        for (frame_bytes, cameras, name), values in found.items()
    ]


def table(results: list[Result]) -> Iterator[str]:
    yield "bytes/frame  cameras   CPU per camera: bare    ours   ratio    fps: bare  ours"
    found = {(each.frame_bytes, each.cameras, each.receiver): each for each in results}
    for frame_bytes, cameras in dict.fromkeys((each[0], each[1]) for each in found):
        theirs, mine = (found[frame_bytes, cameras, name] for name in ("bare", "ours"))
        yield (
            f"{frame_bytes:11,} {cameras:8} {theirs.cpu_per_camera:20.1f} %"
            f" {mine.cpu_per_camera:5.1f} %   {_ratio(theirs, mine):16}"
            f" {theirs.fps:5.1f} {mine.fps:5.1f}"
        )


def _ratio(theirs: Result, mine: Result) -> str:
    if min(theirs.fps, mine.fps) < MIN_FPS:
        return "too much to send"
    ratio = mine.cpu_per_camera / theirs.cpu_per_camera
    return f"{ratio:5.2f} {'' if ratio <= GOAL else 'NOT REACHED'}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench ingest", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="40 kB only, one and four cameras")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each run")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    plan = replace(
        plan,
        rounds=options.rounds or plan.rounds,
        seconds=options.seconds or plan.seconds,
    )
    before = load()
    results = run(plan)
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
        return
    print(
        f"{describe()}\n"
        "30 fps of each camera, JPEG over an unordered data channel; the receiver on one core, the"
        f" cameras, Valkey and web process on another;\n{plan.rounds} runs of {plan.seconds:.0f} s"
        f" each, the median; goal: ours at most {GOAL} of bare; {before}\n"
    )
    print(*table(results), sep="\n")


if __name__ == "__main__":
    main()
