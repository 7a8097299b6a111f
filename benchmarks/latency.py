"""Captured to drawn, through the whole system: a real Chromium films a numbered clip in one page
and shows it in another.

Two clocks are read. "shown" is what the viewer page says of each frame: from the moment at which
the capture worker had it to the first animation frame after it was drawn. "seen" is independent of
the pages' own clocks: from the moment at which the capture page's preview shows a number to the
animation frame in which the viewer's canvas has it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page, async_playwright

from benchmarks.conditions import describe, percentile
from tests.e2e import clip
from tests.e2e.conftest import FLAGS
from tests.e2e.recording import (
    captured,
    drawn,
    frames_per_second,
    is_in_order,
    is_whole,
    record_captured,
    record_drawn,
)
from tests.e2e.system import System

_RECORD_SHOWN = """() => {
  const { dataset } = document.querySelector(".tile");
  window.shown = [];
  let last = null;
  const look = () => {
    if (dataset.sequence !== last && dataset.drawnAt) {
      last = dataset.sequence;
      window.shown.push(Number(dataset.drawnAt) - Number(dataset.capturedAt));
    }
    requestAnimationFrame(look);
  };
  look();
}"""


@dataclass(frozen=True, slots=True)
class Result:
    server: str
    seconds: float
    fps: float
    shown_p50_ms: float
    shown_p99_ms: float
    seen_p50_ms: float
    seen_p99_ms: float
    bytes_per_frame: int
    in_order: bool
    whole: bool


async def measure(system: System, server: str, chromium: str, seconds: float) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        numbers = clip.write(Path(folder) / "numbers.mjpeg")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=chromium,
                args=[*FLAGS, f"--use-file-for-fake-video-capture={numbers}"],
            )
            context = await browser.new_context(base_url=system.url, permissions=["camera"])
            result = await _film_and_watch(context, system, server, seconds)
            await browser.close()
            return result


async def _film_and_watch(
    context: BrowserContext, system: System, server: str, seconds: float
) -> Result:
    camera = await context.new_page()
    await camera.goto(system.sign_in_link)
    await camera.goto("/cameras/my-camera/capture/")
    await camera.get_by_role("button", name="Go live").click()
    viewer = await context.new_page()
    await viewer.goto("/cameras/my-camera/")
    await viewer.locator(".tile[data-state=live]").wait_for()
    # What is measured is the steady state, after the clocks are in step.
    await asyncio.sleep(3)
    await record_captured(camera)
    await record_drawn(viewer)
    await viewer.evaluate(_RECORD_SHOWN)
    await asyncio.sleep(seconds)
    return await _evaluate(camera, viewer, server, seconds)


async def _evaluate(camera: Page, viewer: Page, server: str, seconds: float) -> Result:
    filmed_at, pictures = await captured(camera), await drawn(viewer)
    seen = [each.at - filmed_at[each.number] for each in pictures if each.number in filmed_at]
    shown: list[float] = await viewer.evaluate("() => window.shown")
    stats = await viewer.evaluate(
        "() => fetch('/api/cameras/my-camera/stats/').then((answer) => answer.json())"
    )
    return Result(
        server=server,
        seconds=seconds,
        fps=round(frames_per_second(pictures), 1),
        shown_p50_ms=round(percentile(shown, 0.5), 1),
        shown_p99_ms=round(percentile(shown, 0.99), 1),
        seen_p50_ms=round(percentile(seen, 0.5), 1),
        seen_p99_ms=round(percentile(seen, 0.99), 1),
        bytes_per_frame=stats["bytes"] // max(stats["frames"], 1),
        in_order=is_in_order(pictures),
        whole=is_whole(pictures),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench latency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    results = [_run(server, chromium, options.seconds) for server in ("uvicorn", "daphne")]
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
        return
    print(f"640x480 JPEG at 30 fps, one camera, one viewer; {describe()}\n")
    print("server    fps   shown p50 / p99 ms   seen p50 / p99 ms   bytes/frame  order  whole")
    for each in results:
        print(
            f"{each.server:8} {each.fps:5.1f} {each.shown_p50_ms:10.1f} / {each.shown_p99_ms:<8.1f}"
            f" {each.seen_p50_ms:9.1f} / {each.seen_p99_ms:<8.1f} {each.bytes_per_frame:9}"
            f"  {'kept' if each.in_order else 'BROKEN':5}  {'yes' if each.whole else 'NO'}"
        )


def _run(server: str, chromium: str, seconds: float) -> Result:
    with tempfile.TemporaryDirectory() as var, System(Path(var), server) as system:
        return asyncio.run(measure(system, server, chromium, seconds))


if __name__ == "__main__":
    main()
