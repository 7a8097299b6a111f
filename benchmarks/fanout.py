"""How many viewers one core serves: each gets at least 29 of 30 frames a second, and 99 of 100
frames arrive within 100 ms.

The server has a core of its own. The load client, Valkey and the publisher share another one.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median

from benchmarks.capacity import highest
from benchmarks.conditions import describe, load
from benchmarks.contenders import CAMERA, CONTENDERS, OF_VIDEO, Arena, Server, Start
from benchmarks.cores import cpu_s, split
from benchmarks.load.frames import FPS
from benchmarks.load.viewers import MAX_MS, MIN_FPS, Viewers, Window
from benchmarks.programs import Missing, versions
from benchmarks.stage import set_up
from streaming.domain.window import START_TIMEOUT_S

FRAME_BYTES = (40_000, 8_000)
#: What cameras encode: 0.13 bits a pixel, at 640x480 and 1280x720.
VIDEO_BYTES = (5_000, 15_000)
#: What ours reaches at 40 kB, as a share of each peer's.
GOALS = {"c-limit": 0.75, "bun": 0.9, "node-ws": 1.2, "plain-channels": 12.0}
OURS = "skysentry-uvicorn"
_FEW = 200
_SETTLE_TRIES = 8
#: A number of viewers has failed when it did so often, or once by far.
_TRIES = 2
_MAX = 8_000
#: What the cost lets expect is not far from the end.
_FIRST_STEP = 0.2


@dataclass(frozen=True, slots=True)
class Plan:
    """How long is looked, and how closely."""

    rounds: int
    window_s: float
    precision: float


FULL = Plan(rounds=5, window_s=3.0, precision=0.05)
QUICK = Plan(rounds=1, window_s=2.0, precision=0.1)


@dataclass(frozen=True, slots=True)
class Result:
    server: str
    frame_bytes: int
    viewers: int
    cpu_us_per_viewer_frame: float
    p50_ms: float
    p99_ms: float
    #: Share of its core that the load client used, at the most.
    load_busy: float


def measure(
    server: Server, name: str, frame_bytes: int, plan: Plan, camera: str, expected: int | None
) -> Result:
    """`expected` is what earlier searches found, where the next one begins."""
    with Viewers(server.door, frame_bytes, camera) as viewers:
        cost_us = _cost_us(viewers, server, plan)
        windows: dict[int, Window] = {}

        def holds(number: int) -> bool:
            with server.paused():
                if viewers.hold(number) < number:
                    return False
            for _ in range(_TRIES):
                _settle(viewers)
                windows[number] = viewers.measure(plan.window_s)
                if windows[number].is_live or windows[number].is_far_off:
                    break
            return windows[number].is_live

        if expected:
            number = highest(holds, expected, _MAX, plan.precision, step=plan.precision)
        else:
            start = min(max(1, round(1e6 / FPS / cost_us)), _MAX)
            number = highest(holds, start, _MAX, plan.precision, step=_FIRST_STEP)
        best = windows.get(number)
        return Result(
            server=name,
            frame_bytes=frame_bytes,
            viewers=number,
            cpu_us_per_viewer_frame=cost_us,
            p50_ms=best.p50_ms if best else 0.0,
            p99_ms=best.p99_ms if best else 0.0,
            load_busy=max(window.busy for window in windows.values()),
        )


def _cost_us(viewers: Viewers, server: Server, plan: Plan) -> float:
    """What the server uses for a frame to one of 200 viewers, of those that it delivers."""
    with server.paused():
        viewers.hold(_FEW)
    _settle(viewers)
    before_s = cpu_s(server.pid)
    window = viewers.measure(plan.window_s)
    return round((cpu_s(server.pid) - before_s) * 1e6 / max(window.frames, 1), 2)


def _settle(viewers: Viewers) -> None:
    """Wait until everybody gets all frames: nobody is still on the way in, nor, as these viewers
    never report, sent little because of that."""
    viewers.measure(START_TIMEOUT_S)
    for _ in range(_SETTLE_TRIES):
        if viewers.measure(0.5).least_fps > 0:
            return


def run(
    contenders: Mapping[str, Start],
    sizes: Sequence[int],
    plan: Plan,
    camera: str,
    say: Callable[[str], None],
) -> list[Result]:
    """The searches are interleaved: whatever disturbs the machine disturbs everybody."""
    core, _ = split()
    found: dict[tuple[str, int], list[Result]] = defaultdict(list)
    with set_up() as stage:
        arena = Arena(stage, core)
        for number in range(1, plan.rounds + 1):
            for frame_bytes in sizes:
                for name, start in contenders.items():
                    before = [each.viewers for each in found[name, frame_bytes]]
                    expected = round(median(before)) if before else None
                    try:
                        with start(arena, frame_bytes) as server:
                            result = measure(server, name, frame_bytes, plan, camera, expected)
                    except Missing as missing:
                        say(f"{name}: not measured: {missing}")
                        continue
                    found[name, frame_bytes].append(result)
                    say(f"round {number}: {_row(result)}")
    return [_median(results) for results in found.values() if results]


def _median(results: list[Result]) -> Result:
    first = results[0]
    return Result(
        server=first.server,
        frame_bytes=first.frame_bytes,
        viewers=round(median(each.viewers for each in results)),
        cpu_us_per_viewer_frame=round(median(each.cpu_us_per_viewer_frame for each in results), 2),
        p50_ms=round(median(each.p50_ms for each in results), 1),
        p99_ms=round(median(each.p99_ms for each in results), 1),
        load_busy=max(each.load_busy for each in results),
    )


def ratios(results: list[Result]) -> list[str]:
    """Ours against each peer at 40 kB, and whether that is what was promised."""
    viewers = {each.server: each.viewers for each in results if each.frame_bytes == FRAME_BYTES[0]}
    lines = []
    for peer, goal in GOALS.items():
        if OURS in viewers and viewers.get(peer):
            ratio = viewers[OURS] / viewers[peer]
            verdict = "reached" if ratio >= goal else "NOT REACHED"
            lines.append(f"{OURS} / {peer:14} {ratio:6.2f}   goal {goal:5.2f}: {verdict}")
    return lines


HEADER = "server              bytes/frame  viewers  CPU us/viewer-frame  p50 / p99 ms   load client"


def _row(result: Result) -> str:
    return (
        f"{result.server:18} {result.frame_bytes:12,} {result.viewers:8,}"
        f" {result.cpu_us_per_viewer_frame:20.1f} {result.p50_ms:6.1f} / {result.p99_ms:<6.1f}"
        f" {result.load_busy:8.0%}"
    )


def _conditions(plan: Plan, kind: str, before: str) -> str:
    return (
        f"{describe('daphne', 'uvloop')}, {versions()}\n"
        f"{kind}, {FPS} fps, >= {MIN_FPS:.0f} delivered to every viewer, p99 < {MAX_MS:.0f} ms;"
        " the server on one core, load client, Valkey and publisher on another;\n"
        f"the median of {plan.rounds} searches, one of each server in turn, each within"
        f" {plan.precision:.0%}: the first begins where the\nCPU per viewer-frame lets expect the"
        " end, the others at the median of those before; a number of viewers\n"
        f"holds if one of up to {_TRIES} windows of {plan.window_s:.0f} s shows it; CPU per"
        f" viewer-frame at {_FEW} viewers; {before}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench fanout", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one search each, about five minutes")
    parser.add_argument("--rounds", type=int, help="searches of each server")
    parser.add_argument("--servers", nargs="+", choices=CONTENDERS)
    parser.add_argument("--bytes", nargs="+", type=int, help="of a frame")
    parser.add_argument("--video", action="store_true", help="frames of video, ours only")
    parser.add_argument(
        "--no-reports",
        action="store_true",
        help="viewers do not say every 5 s how their frames arrive",
    )
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    plan = replace(plan, rounds=options.rounds or plan.rounds)
    say: Callable[[str], None] = (lambda _: None) if options.json else _say
    camera = "" if options.no_reports else CAMERA
    before = load()
    known = OF_VIDEO if options.video else CONTENDERS
    names = options.servers or list(known)
    if not known.keys() >= set(names):
        parser.error(f"video comes from {' and '.join(known)} only")
    sizes = options.bytes or (VIDEO_BYTES if options.video else FRAME_BYTES)
    results = run({name: known[name] for name in names}, sizes, plan, camera, say)
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
        return
    kind = "H.264" if options.video else "JPEG"
    print(f"\n{_conditions(plan, kind, before)}\n\n{HEADER}")
    print(*map(_row, results), *ratios(results), sep="\n")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
