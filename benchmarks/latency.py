"""Captured to drawn, stage by stage, through the whole system: a real Chromium films a clip in one
page and shows it in another.

A frame is captured when the capture worker has it, and drawn at the first animation frame after
drawing; these two are told by the pages, in the server's time. Between them the system's clock is
read: when the frame is encoded and sent, when it is in at the ingest process, when its bytes are
written for the viewer, and when they are received by the viewer's page. What the server adds, from
in to written, is measured once more with 50 viewers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from uuid import UUID

from playwright.async_api import Browser, BrowserContext, Page, TimeoutError, async_playwright

from benchmarks import marks
from benchmarks.conditions import describe, load, percentile
from benchmarks.cores import cpu_s
from benchmarks.load.viewers import Door, Viewers
from benchmarks.programs import Missing
from benchmarks.stage import Stage, free_port, running, set_up
from streaming.domain.wire import Rendition
from tests.e2e import clip
from tests.e2e.conftest import FLAGS
from tests.processes import children

#: Captured to drawn at 640x480: p50 and p99.
GOALS_MS = {"jpeg": (32.0, 80.0), "h264": (16.0, 40.0)}
#: Of video to one viewer, at 640x480.
MAX_KBITS_PER_S = 1_500
#: What the server adds with 50 viewers, p99.
SERVER_GOAL_MS = 8.0
MANY = 50
#: As the viewer page names them.
KINDS = {"jpeg": "JPEG", "h264": "H.264", "vp8": "VP8"}
CODECS = tuple(KINDS)
SIZES = ((640, 480), (1280, 720))
#: Frames of the clip that is filmed, over and over.
_CLIP_LENGTH = 300
CAMERA = "camera-1"
#: What is measured is the steady state: the clocks are in step, and the camera, which begins with
#: less, sends what it is asked to. Where it does not in so long, the machine is too slow for it.
_SETTLE_S = 3.0
_FULL_WITHIN_S = 15.0
#: A display ticks at twice a camera's rate: how long pictures wait for it is chance, but the same
#: for as long as the camera runs. It begins anew so often that chance evens out.
_BEGINNINGS = 4
_LIVE_MS = 20_000

#: Each ends what the one before began.
MOMENTS = ("captured", "sent", "in", "written", "received", "drawn")
STAGES = ("encode", "uplink", "server", "downlink", "draw")

#: When something happened to a frame, by the time at which it was captured.
Times = dict[float, float]


@dataclass(frozen=True, slots=True)
class Spread:
    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(round(percentile(values, 0.5), 1), round(percentile(values, 0.99), 1))


@dataclass(frozen=True, slots=True)
class Result:
    codec: str
    width: int
    height: int
    fps: float
    bytes_per_frame: int
    kbits_per_s: int
    #: Percent of a core.
    ingest_cpu: float
    viewer_cpu: float
    #: By how many steps the camera had lowered its quality at the end.
    steps_down: int
    stages: dict[str, Spread]
    total: Spread
    #: What the server adds with 50 viewers.
    server_many: Spread


@dataclass(frozen=True, slots=True)
class Film:
    codec: str
    width: int
    height: int

    def is_of(self, rendition: int) -> bool:
        """Stills go beside a video, in frames of their own."""
        return (rendition == Rendition.VIDEO) == (self.codec != "jpeg")


@dataclass(frozen=True, slots=True)
class Tapped:
    """A system whose processes note when frames pass (benchmarks/tap.py)."""

    stage: Stage
    port: int
    ingest: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def notes(self, role: str, film: Film) -> list[tuple[float, float]]:
        """Once it has ended: when frames were captured and when they passed, in order."""
        notes: dict[str, list[tuple[float, int, float]]] = json.loads(
            (self.stage.folder / f"{role}.json").read_text()
        )
        passed = notes["in" if role == "ingest" else "written"]
        return [(captured, at) for captured, rendition, at in passed if film.is_of(rendition)]


@contextmanager
def tapped(stage: Stage, server: str) -> Iterator[Tapped]:
    port = free_port()
    with (
        _tapped(stage, "web", "--host", "127.0.0.1", "--port", str(port), "--server", server),
        _tapped(stage, "ingest") as ingest,
    ):
        yield Tapped(stage, port, ingest)


@contextmanager
def _tapped(stage: Stage, role: str, *options: str) -> Iterator[int]:
    folder = stage.folder / role
    folder.mkdir(exist_ok=True)
    file = stage.folder / f"{role}.json"
    command = [sys.executable, "-m", "benchmarks.tap", str(file), role, *options]
    port = int(options[3]) if options else None
    with running(command, folder, None, port) as process:
        yield process.pid


@dataclass(slots=True)
class Filmed:
    """What pages noted, and what it took."""

    notes: dict[str, Times]
    sizes: list[int]
    seconds: float
    #: Of the processor.
    ingest_s: float
    viewer_s: float
    steps_down: int
    #: Since when there were 50 viewers.
    many_from: float = 0.0

    def add(self, other: Filmed) -> None:
        for what, times in other.notes.items():
            self.notes.setdefault(what, {}).update(times)
        self.sizes += other.sizes
        self.seconds += other.seconds
        self.ingest_s += other.ingest_s
        self.viewer_s += other.viewer_s
        self.steps_down = max(self.steps_down, other.steps_down)


async def watch(system: Tapped, film: Film, chromium: str, seconds: float) -> Filmed:
    size = (film.width, film.height)
    numbers = clip.write(system.stage.folder / "numbers.mjpeg", size, _CLIP_LENGTH)
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={numbers}"]
    async with async_playwright() as playwright:
        filming = await playwright.chromium.launch(executable_path=chromium, args=flags)
        camera = await _open(filming, system, f"/cameras/{CAMERA}/capture/")
        before = _chromium()
        watching = await playwright.chromium.launch(executable_path=chromium, args=flags)
        viewer = await _open(watching, system, f"/cameras/{CAMERA}/")
        viewers = _chromium() - before
        await marks.mark_drawn(viewer)
        filmed = Filmed({}, [], 0.0, 0.0, 0.0, 0)
        for _ in range(_BEGINNINGS):
            await _go_live(camera, viewer, film)
            await asyncio.sleep(_SETTLE_S)
            await asyncio.to_thread(_reach_full_quality, system)
            part_s = seconds / _BEGINNINGS
            filmed.add(await _measure(system, film, camera, viewer, part_s, viewers))
        filmed.many_from = await asyncio.to_thread(_have_many, system, film, seconds)
        await watching.close()
        await filming.close()
        return filmed


async def _go_live(camera: Page, viewer: Page, film: Film) -> None:
    """Anew, if it was live before."""
    stop = camera.get_by_role("button", name="Stop")
    if await stop.is_visible():
        await stop.click()
    before = await viewer.locator(".tile").get_attribute("data-session")
    await camera.get_by_role("button", name="Go live").click()
    live = viewer.locator(f'.tile[data-state=live]:not([data-session="{before}"])')
    await live.wait_for(timeout=_LIVE_MS)
    try:
        await viewer.locator(f'.tile[data-kind="{KINDS[film.codec]}"]').wait_for()
    except TimeoutError:
        raise Missing(f"{film.codec}: these browsers do not use it") from None


def _reach_full_quality(system: Tapped) -> None:
    until_s = time.monotonic() + _FULL_WITHIN_S
    while _steps_down(system) and time.monotonic() < until_s:
        time.sleep(0.5)


def _steps_down(system: Tapped) -> int:
    # Not before the settings are read.
    from streaming.backplane.store import store

    [live] = store().live([UUID(system.stage.cameras[CAMERA])])
    return live.level


def _chromium() -> set[int]:
    """Its processes."""
    return {pid for pid, line in children(os.getpid()).items() if "chrom" in line}


def _have_many(system: Tapped, film: Film, seconds: float) -> float:
    """Since when all were there."""
    subscribe = json.dumps({"type": "subscribe", "cameras": [CAMERA], "video": [film.codec]})
    door = Door(system.port, "/ws/watch/", cookie=system.stage.cookie, subscribe=subscribe)
    with Viewers(door, 0, CAMERA) as many:
        many.hold(MANY)
        time.sleep(1)
        since = time.time() * 1000
        many.measure(seconds)
        return since


async def _open(browser: Browser, system: Tapped, path: str) -> Page:
    context: BrowserContext = await browser.new_context(base_url=system.url, permissions=["camera"])
    name, _, value = system.stage.cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": system.url}])
    await marks.mark(context)
    page = await context.new_page()
    await page.goto(path)
    return page


async def _measure(
    system: Tapped, film: Film, camera: Page, viewer: Page, seconds: float, viewers: set[int]
) -> Filmed:
    await marks.take(camera)
    await marks.take(viewer)
    began_s, ingest_s, viewer_s = time.monotonic(), cpu_s(system.ingest), sum(map(cpu_s, viewers))
    await asyncio.sleep(seconds)
    noted = [*await marks.take(camera), *await marks.take(viewer)]
    # Frames came up to here.
    seconds = time.monotonic() - began_s
    ingest_s, viewer_s = cpu_s(system.ingest) - ingest_s, sum(map(cpu_s, viewers)) - viewer_s
    notes: dict[str, Times] = {}
    for what, captured_at, rendition, at, _ in noted:
        if what == "drawn" or film.is_of(rendition):
            notes.setdefault(what, {})[captured_at] = at
    sizes = [
        size
        for what, _, rendition, _, size in noted
        if what == "received" and film.is_of(rendition)
    ]
    return Filmed(
        notes,
        sizes,
        seconds,
        ingest_s,
        viewer_s,
        await asyncio.to_thread(_steps_down, system),
    )


def evaluate(system: Tapped, film: Film, filmed: Filmed) -> Result:
    came_in = dict(system.notes("ingest", film))
    written = system.notes("web", film)
    drawn = filmed.notes["drawn"]
    times = {
        "captured": {each: each for each in drawn},
        "in": came_in,
        "written": dict(reversed(written)),
        **filmed.notes,
    }
    whole = [each for each in drawn if all(each in times[moment] for moment in MOMENTS)]
    if len(whole) < 0.9 * len(drawn):
        sys.exit(f"Of {len(drawn)} frames drawn only {len(whole)} were noted everywhere.")
    bytes_per_frame = sum(filmed.sizes) // len(filmed.sizes)
    rows = [[times[moment][each] for moment in MOMENTS] for each in whole]
    return Result(
        codec=film.codec,
        width=film.width,
        height=film.height,
        fps=round(len(drawn) / filmed.seconds, 1),
        bytes_per_frame=bytes_per_frame,
        kbits_per_s=round(bytes_per_frame * 8 * len(drawn) / filmed.seconds / 1000),
        ingest_cpu=round(100 * filmed.ingest_s / filmed.seconds, 1),
        viewer_cpu=round(100 * filmed.viewer_s / filmed.seconds, 1),
        steps_down=filmed.steps_down,
        stages={
            stage: Spread.of([row[end] - row[end - 1] for row in rows])
            for end, stage in enumerate(STAGES, start=1)
        },
        total=Spread.of([row[-1] - row[0] for row in rows]),
        server_many=Spread.of(
            [at - came_in[each] for each, at in written if each > filmed.many_from]
        ),
    )


def table(result: Result) -> Iterator[str]:
    yield (
        f"{result.codec}, {result.width}x{result.height}: {result.fps} fps,"
        f" {result.bytes_per_frame:,} bytes a frame, {result.kbits_per_s:,} kbit/s; ingest"
        f" {result.ingest_cpu} % of a core, the viewer's Chromium {result.viewer_cpu} %"
        + (f"; {result.steps_down} steps below full quality" if result.steps_down else "")
    )
    yield "stage          p50 ms   p99 ms"
    for stage, spread in result.stages.items():
        yield f"{stage:12} {spread.p50_ms:8.1f} {spread.p99_ms:8.1f}"
    yield f"total        {result.total.p50_ms:8.1f} {result.total.p99_ms:8.1f}" + _judged(result)
    many = result.server_many
    yield (
        f"server, with {MANY} viewers: {many.p50_ms:.1f} and {many.p99_ms:.1f} ms, goal of p99"
        f" {SERVER_GOAL_MS:.0f}: {_verdict(many.p99_ms <= SERVER_GOAL_MS)}\n"
    )


HEADER = (
    "codec       size    fps  bytes/frame  kbit/s  ingest  viewer "
    + "".join(f"{stage:>9}" for stage in STAGES)
    + "    total p50 / p99"
)


def overview(results: list[Result]) -> Iterator[str]:
    yield f"Percent of a core; of each stage the median, in ms.\n\n{HEADER}"
    yield from map(_row, results)
    for each in results:
        if each.codec != "jpeg" and each.width == SIZES[0][0]:
            verdict = _verdict(each.kbits_per_s <= MAX_KBITS_PER_S)
            yield f"{each.codec}: goal of {MAX_KBITS_PER_S:,} kbit/s to a viewer: {verdict}"


def _row(result: Result) -> str:
    size = _words((result.width, result.height))
    stages = "".join(f"{spread.p50_ms:9.1f}" for spread in result.stages.values())
    return (
        f"{result.codec:5} {size:>10} {result.fps:6.1f} {result.bytes_per_frame:12,}"
        f" {result.kbits_per_s:7,} {result.ingest_cpu:5.1f} % {result.viewer_cpu:5.1f} % {stages}"
        f"{result.total.p50_ms:9.1f} / {result.total.p99_ms:.1f}"
    )


def _judged(result: Result) -> str:
    if result.codec not in GOALS_MS or result.width != SIZES[0][0]:
        return ""
    p50_ms, p99_ms = GOALS_MS[result.codec]
    reached = result.total.p50_ms <= p50_ms and result.total.p99_ms <= p99_ms
    return f"   goal {p50_ms:.0f} and {p99_ms:.0f}: {_verdict(reached)}"


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench latency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0, help="of each part")
    parser.add_argument("--quick", action="store_true", help="6 s, and 640x480 only unless told")
    parser.add_argument("--server", choices=("uvicorn", "daphne"), default="uvicorn")
    parser.add_argument("--codecs", nargs="+", choices=CODECS, default=CODECS)
    parser.add_argument("--sizes", nargs="+", choices=tuple(map(_words, SIZES)))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    seconds = 6.0 if options.quick else options.seconds
    named = [size for size in SIZES if _words(size) in (options.sizes or ())]
    sizes = named or (SIZES[:1] if options.quick else SIZES)
    say: Callable[[str], None] = (lambda _: None) if options.json else partial(print, flush=True)
    say(f"one camera at 30 fps, {options.server}, {seconds:.0f} s; {describe()}; {load()}\n")
    results = []
    with set_up() as stage:
        for film in (Film(codec, *size) for size in sizes for codec in options.codecs):
            try:
                results.append(_run(stage, options.server, film, chromium, seconds))
            except Missing as missing:
                say(f"not measured: {missing}\n")
            else:
                say("\n".join(table(results[-1])))
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
    elif results:
        print(*overview(results), sep="\n")


def _words(size: tuple[int, int]) -> str:
    width, height = size
    return f"{width}x{height}"


def _run(stage: Stage, server: str, film: Film, chromium: str, seconds: float) -> Result:
    # Not before the settings are read.
    from cameras.models import Camera

    Camera.objects.filter(slug=CAMERA).update(**asdict(film))
    with tapped(stage, server) as system:
        filmed = asyncio.run(watch(system, film, chromium, seconds))
    return evaluate(system, film, filmed)


if __name__ == "__main__":
    main()
