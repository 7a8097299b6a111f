"""How going live begins while somebody watches: how soon the first picture is there, in which
quality it begins, and how old pictures get until the quality has found its level. A real Chromium
films through a relay that loses, delays and slows down, and another one has the viewer open before.
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

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from benchmarks import marks
from benchmarks.conditions import describe, load, percentile
from streaming.domain.wire import Rendition
from tests.chaos.network import Network
from tests.chaos.system import RelayedSystem
from tests.e2e import clip
from tests.e2e.conftest import launch
from tests.signing_in import sign_in_by_link

Say = Callable[[str], None]

SECONDS = 10.0
_STATS = "/api/cameras/my-camera/stats/"
_CAMERA = "/cameras/my-camera/"
_CLIP_LENGTH = 300
_READY_MS = 15_000

#: Presses the button, and notes every step that the page shows; returns the time of the press.
_GO_LIVE = """() => {
  const capture = document.querySelector(".capture");
  const now = () => performance.timeOrigin + performance.now();
  globalThis.levels = [];
  new MutationObserver(() => {
    if (capture.dataset.video) globalThis.levels.push([now(), Number(capture.dataset.level)]);
  }).observe(capture, { attributeFilter: ["data-level"] });
  capture.querySelector("[data-action=toggle]").click();
  return now();
}"""


@dataclass(frozen=True, slots=True)
class Link:
    """A camera's way up, and how often it goes live on it."""

    name: str
    loss: float = 0.0
    bits_per_s: float | None = None
    round_trip_ms: float = 40.0
    times: int = 1


LINKS = (
    Link("free"),
    Link("200 ms", round_trip_ms=200),
    Link("5 % loss", loss=0.05),
    Link("1 Mbit/s", bits_per_s=1e6, times=2),
    Link("300 kbit/s", bits_per_s=3e5, times=2),
)


@dataclass(frozen=True, slots=True)
class Result:
    link: str
    #: From the press to the first picture, and to the first frame of the stream, at the viewer.
    first_picture_ms: int
    stream_ms: int
    #: Steps down: in the first report of the page, the most, and in the end.
    first_level: int
    most_level: int
    last_level: int
    #: Until the page reports its own quality; None: not within the time.
    full_s: float | None
    p50_ms: int
    p95_ms: int
    longest_freeze_ms: int
    drawn: int
    dropped: int
    kbits_per_s: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the viewer and the camera noted, in ms of the system's clock."""

    pressed_at_ms: float
    drawn: list[tuple[float, float]]
    stream_at_ms: list[float]
    levels: list[tuple[float, int]]
    stats: dict[str, Any]


class Bench:
    def __init__(self, system: RelayedSystem, camera: Browser, viewer: Browser) -> None:
        self._system = system
        self._camera = camera
        self._viewer = viewer

    async def measure(self, link: Link) -> list[Result]:
        network = Network(1)
        network.set(delay_ms=link.round_trip_ms / 2)
        network.up.loss, network.up.bits_per_s = link.loss, link.bits_per_s
        async with self._system.relay(network):
            filming = await self._context(self._camera)
            results = [
                result(link.name, await self._going_live(filming)) for _ in range(link.times)
            ]
            await filming.close()
        return results

    async def _going_live(self, filming: BrowserContext) -> Seen:
        """In a page that was ready, while a viewer is."""
        watching = await self._context(self._viewer)
        await marks.mark(watching)
        viewer = await _waiting_viewer(watching)
        camera = await filming.new_page()
        await camera.goto(f"{_CAMERA}capture/")
        # What was granted before lets the page open the camera by itself.
        await expect(camera.locator(".capture")).to_have_attribute(
            "data-state", "ready", timeout=_READY_MS
        )
        await marks.take(viewer)
        pressed_at_ms: float = await camera.evaluate(_GO_LIVE)
        await asyncio.sleep(SECONDS)
        notes = await marks.take(viewer)
        levels = await camera.evaluate("() => globalThis.levels")
        stats = await (await watching.request.get(_STATS)).json()
        await camera.get_by_role("button", name="Stop").click()
        await camera.close()
        await watching.close()
        return _seen(pressed_at_ms, notes, levels, stats)

    async def _context(self, browser: Browser) -> BrowserContext:
        context = await browser.new_context(base_url=self._system.url, permissions=["camera"])
        if not self._system.cookies:
            await sign_in_by_link(context, self._system.sign_in_link)
            self._system.cookies = [*await context.cookies()]
        await context.add_cookies(self._system.cookies)
        return context


async def _waiting_viewer(context: BrowserContext) -> Page:
    page = await context.new_page()
    await page.goto(_CAMERA)
    await page.bring_to_front()
    await expect(page.locator(".tile")).to_have_attribute("data-state", "off", timeout=_READY_MS)
    await marks.mark_drawn(page)
    return page


def _seen(pressed_at_ms: float, notes: list[Any], levels: list[Any], stats: dict[str, Any]) -> Seen:
    # The newest picture of the time before is shown, too.
    new = [note for note in notes if note[1] >= pressed_at_ms]
    return Seen(
        pressed_at_ms,
        [(at, at - captured_at) for what, captured_at, _, at, _ in new if what == "drawn"],
        [at for what, _, kind, at, _ in new if (what, kind) == ("received", Rendition.VIDEO)],
        [(at, level) for at, level in levels],
        stats,
    )


def result(name: str, seen: Seen) -> Result:
    if not seen.drawn or not seen.stream_at_ms or not seen.levels:
        sys.exit(f"{name}: nothing was seen within {SECONDS:.0f} s.")
    times, ages = [at for at, _ in seen.drawn], [age for _, age in seen.drawn]
    full = [at for at, level in seen.levels if level == 0]
    steps = [level for _, level in seen.levels]
    return Result(
        link=name,
        first_picture_ms=round(times[0] - seen.pressed_at_ms),
        stream_ms=round(seen.stream_at_ms[0] - seen.pressed_at_ms),
        first_level=steps[0],
        most_level=max(steps),
        last_level=steps[-1],
        full_s=round((full[0] - seen.pressed_at_ms) / 1000, 1) if full else None,
        p50_ms=round(percentile(ages, 0.5)),
        p95_ms=round(percentile(ages, 0.95)),
        longest_freeze_ms=round(max(b - a for a, b in itertools.pairwise(times))),
        drawn=len(times),
        dropped=seen.stats["dropped"],
        kbits_per_s=round(seen.stats["bytes"] * 8 / SECONDS / 1000),
    )


HEAD = (
    "way up               first picture, stream ms   steps down first / most / last   full after s"
    "   age p50 / p95 ms   longest ms   drawn   dropped   kbit/s"
)


def row(result: Result) -> str:
    full = "-" if result.full_s is None else f"{result.full_s:.1f}"
    return (
        f"{result.link:18}   {result.first_picture_ms:13}, {result.stream_ms:9}"
        f"   {result.first_level:16} / {result.most_level:4} / {result.last_level:4}   {full:>12}"
        f"   {result.p50_ms:7} / {result.p95_ms:6}   {result.longest_freeze_ms:10}"
        f"   {result.drawn:5}   {result.dropped:7}   {result.kbits_per_s:6}"
    )


async def measure(
    system: RelayedSystem, folder: Path, chromium: str, links: tuple[Link, ...], say: Say
) -> list[Result]:
    results = []
    numbers = clip.write(folder / "numbers.mjpeg", length=_CLIP_LENGTH)
    async with async_playwright() as playwright:
        camera, viewer = [await launch(playwright, chromium, numbers) for _ in range(2)]
        bench = Bench(system, camera, viewer)
        for link in links:
            for result in await bench.measure(link):
                results.append(result)
                say(row(result))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench going_live", description=__doc__)
    names = [link.name for link in LINKS]
    parser.add_argument("--links", nargs="+", choices=names, default=names, metavar="LINK")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    if sys.platform != "linux":
        parser.error("only Linux has the address 127.0.0.2 by itself, at which the relay stands")
    links = tuple(link for link in LINKS if link.name in options.links)
    say: Say = (lambda _: None) if options.json else partial(print, flush=True)
    say(
        f"640x480 at 30 fps, 40 ms there and back unless said otherwise, the first"
        f" {SECONDS:.0f} s; {describe()}; {load()}\n\n{HEAD}"
    )
    with (
        tempfile.TemporaryDirectory(prefix="sky-") as name,
        RelayedSystem(Path(name)) as system,
    ):
        results = asyncio.run(measure(system, Path(name), chromium, links, say))
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))


if __name__ == "__main__":
    main()
