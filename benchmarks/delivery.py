"""What a viewer sees of a camera behind a bad network, with both ways of delivery: a real Chromium
films through a relay that delays, loses and slows down, and another one watches.

Frames that were sent again come late, together with those after them: all are decoded, and the
newest is drawn. So fewer are drawn than delivered.

Delivery `realtime` sends each packet once; `resilient` sends what was lost again, for 300 ms. The
network is seeded: each row loses the same packets, as far as the same ones come.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from benchmarks import marks
from benchmarks.conditions import describe, load, percentile
from streaming.domain.wire import Rendition
from tests.chaos.network import Network
from tests.chaos.system import RelayedSystem
from tests.e2e import clip
from tests.e2e.conftest import launch
from tests.e2e.pages import film, watch
from tests.signing_in import sign_in_by_link

#: There and back.
ROUND_TRIP_MS = 40
DELIVERIES = ("realtime", "resilient")
#: The quality has to find its level; what that costs is told apart.
WARM_UP_S = 5.0
FREEZE_MS = 500
_STATS = "/api/cameras/my-camera/stats/"
_CLIP_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Link:
    """A camera's way up, and what is promised for it."""

    name: str
    loss: float = 0.0
    bits_per_s: float | None = None
    least_fps: float = 0.0
    longest_freeze_ms: float | None = None
    p95_ms: float | None = None


LINKS = (
    Link("1 % loss", loss=0.01),
    Link("5 % loss", loss=0.05, least_fps=25, longest_freeze_ms=1000, p95_ms=250),
    Link("5 Mbit/s", bits_per_s=5e6),
    Link("1 Mbit/s", bits_per_s=1e6),
    Link("300 kbit/s", bits_per_s=3e5, p95_ms=1000),
)


@dataclass(frozen=True, slots=True)
class Result:
    link: str
    delivery: str
    delivered_fps: float
    drawn_fps: float
    p50_ms: float
    p95_ms: float
    #: Times over 500 ms without a new picture, and the longest time of all.
    freezes: int
    longest_freeze_ms: float
    first_freeze_ms: float
    kbits_per_s: int
    #: Steps by which the camera had lowered its quality in the end.
    level: int
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Watched:
    """What a viewer got within a time: frames, and when pictures were drawn and how old."""

    seconds: float
    delivered: int
    at_ms: list[float]
    latencies_ms: list[float]

    @property
    def gaps_ms(self) -> list[float]:
        return [after - before for before, after in itertools.pairwise(self.at_ms)]


class Bench:
    def __init__(self, system: RelayedSystem, codec: str, camera: Browser, viewer: Browser) -> None:
        self._system = system
        self._codec = codec
        self._camera = camera
        self._viewer = viewer

    async def measure(self, link: Link, delivery: str, seconds: float) -> Result:
        self._system.run(
            "from cameras.models import Camera;"
            f" Camera.objects.filter(slug='my-camera').update("
            f"delivery={delivery!r}, codec={self._codec!r})"
        )
        network = Network(1)
        network.set(delay_ms=ROUND_TRIP_MS / 2)
        network.up.loss = link.loss
        network.up.bits_per_s = link.bits_per_s
        async with self._system.relay(network):
            filming = await self._context(self._camera)
            watching = await self._context(self._viewer)
            await marks.mark(watching)
            await film(filming)
            viewer = await watch(watching)
            await marks.mark_drawn(viewer)
            first = await self._watched(viewer, WARM_UP_S)
            before = await _stats(watching)
            watched = await self._watched(viewer, seconds)
            after = await _stats(watching)
            await watching.close()
            await filming.close()
        return _result(link, delivery, first, watched, before, after)

    async def _context(self, browser: Browser) -> BrowserContext:
        context = await browser.new_context(base_url=self._system.url, permissions=["camera"])
        if not self._system.cookies:
            await sign_in_by_link(context, self._system.sign_in_link)
            self._system.cookies = [*await context.cookies()]
        await context.add_cookies(self._system.cookies)
        return context

    async def _watched(self, viewer: Page, seconds: float) -> Watched:
        await marks.take(viewer)
        await asyncio.sleep(seconds)
        notes = await marks.take(viewer)
        drawn = [note for note in notes if note[0] == "drawn"]
        if len(drawn) < 2:
            sys.exit(f"The viewer drew {len(drawn)} pictures in {seconds:.0f} s.")
        rendition = Rendition.JPEG if self._codec == "jpeg" else Rendition.VIDEO
        return Watched(
            seconds,
            sum(what == "received" and kind == rendition for what, _, kind, *_ in notes),
            [at for _, _, _, at, _ in drawn],
            [at - captured_at for _, captured_at, _, at, _ in drawn],
        )


async def _stats(context: BrowserContext) -> dict[str, Any]:
    stats: dict[str, Any] = await (await context.request.get(_STATS)).json()
    return stats


def _result(
    link: Link,
    delivery: str,
    first: Watched,
    watched: Watched,
    before: dict[str, Any],
    after: dict[str, Any],
) -> Result:
    fps = watched.delivered / watched.seconds
    p95_ms, longest_ms = percentile(watched.latencies_ms, 0.95), max(watched.gaps_ms)
    goals = (
        fps >= link.least_fps,
        link.longest_freeze_ms is None or longest_ms <= link.longest_freeze_ms,
        link.p95_ms is None or p95_ms <= link.p95_ms,
    )
    return Result(
        link=link.name,
        delivery=delivery,
        delivered_fps=round(fps, 1),
        drawn_fps=round(len(watched.at_ms) / watched.seconds, 1),
        p50_ms=round(percentile(watched.latencies_ms, 0.5)),
        p95_ms=round(p95_ms),
        freezes=sum(gap_ms > FREEZE_MS for gap_ms in watched.gaps_ms),
        longest_freeze_ms=round(longest_ms),
        first_freeze_ms=round(max(first.gaps_ms)),
        kbits_per_s=round((after["bytes"] - before["bytes"]) * 8 / watched.seconds / 1000),
        level=after["level"],
        reached=all(goals) if link.p95_ms else None,
    )


HEAD = (
    "way up       delivery    delivered, drawn fps   p50 / p95 ms   freezes   longest"
    "   at first ms   kbit/s   steps down"
)


def row(result: Result) -> str:
    goal = {None: "", True: "   reached", False: "   NOT REACHED"}[result.reached]
    return (
        f"{result.link:12} {result.delivery:10}"
        f"  {result.delivered_fps:9.1f}  {result.drawn_fps:9.1f}"
        f"   {result.p50_ms:5.0f} / {result.p95_ms:4.0f}   {result.freezes:7}"
        f"   {result.longest_freeze_ms:7.0f}   {result.first_freeze_ms:11.0f}"
        f"   {result.kbits_per_s:6}   {result.level:10}{goal}"
    )


def goals() -> str:
    return "; ".join(
        f"{link.name}: "
        + ", ".join(
            word
            for word, is_set in (
                (f"at least {link.least_fps:.0f} fps delivered", link.least_fps),
                (f"no freeze over {link.longest_freeze_ms} ms", link.longest_freeze_ms),
                (f"p95 at most {link.p95_ms} ms", link.p95_ms),
            )
            if is_set
        )
        for link in LINKS
        if link.p95_ms
    )


async def measure(
    system: RelayedSystem,
    folder: Path,
    chromium: str,
    codec: str,
    deliveries: tuple[str, ...],
    seconds: float,
    say: Callable[[str], None],
) -> list[Result]:
    results = []
    numbers = clip.write(folder / "numbers.mjpeg", length=_CLIP_LENGTH)
    async with async_playwright() as playwright:
        camera, viewer = [await launch(playwright, chromium, numbers) for _ in range(2)]
        bench = Bench(system, codec, camera, viewer)
        for link, delivery in itertools.product(LINKS, deliveries):
            results.append(await bench.measure(link, delivery, seconds))
            say(row(results[-1]))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench delivery", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each row")
    parser.add_argument("--quick", action="store_true", help="8 s, resilient only")
    parser.add_argument("--codec", choices=("auto", "jpeg", "h264", "vp8"), default="auto")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    if sys.platform != "linux":
        parser.error("only Linux has the address 127.0.0.2 by itself, at which the relay stands")
    seconds = 8.0 if options.quick else options.seconds
    deliveries = DELIVERIES[1:] if options.quick else DELIVERIES
    say: Callable[[str], None] = (lambda _: None) if options.json else partial(print, flush=True)
    say(
        f"codec {options.codec}, 640x480 at 30 fps, {ROUND_TRIP_MS} ms there and back,"
        f" {seconds:.0f} s a row after {WARM_UP_S:.0f} s of warming up; {describe()}; {load()}"
    )
    say(f"goals: {goals()}\n\n{HEAD}")
    with (
        tempfile.TemporaryDirectory(prefix="sky-") as name,
        RelayedSystem(Path(name)) as system,
    ):
        results = asyncio.run(
            measure(system, Path(name), chromium, options.codec, deliveries, seconds, say)
        )
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))


if __name__ == "__main__":
    main()
