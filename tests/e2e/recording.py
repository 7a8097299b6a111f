from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from dataclasses import dataclass
from typing import Any, Protocol

from tests.e2e import clip

#: So many pictures show that they move.
ENOUGH = 45
#: More in a second than stills, which come once. How many of 30 come says how busy the machine is:
#: benchmarks measure that, tests look at what comes.
WITHIN_S = 30.0
#: Capture to drawn: a smooth picture may be a second late all the same. 60 ms are promised at the
#: median in every browser; tests run on busy machines.
MAX_LATENCY_MS = 180.0


class Page(Protocol):
    """A page of whichever browser, led by whatever."""

    async def evaluate(self, function: str, /) -> Any: ...


_RECORD_DRAWN = (
    "() => {"
    + clip.READ_NUMBER
    + """
    const canvas = document.querySelector(".tile canvas");
    const tile = document.querySelector(".tile");
    if (window.seen) return void window.seen.splice(0);
    window.seen = [];
    let last = null;
    const look = () => {
      const number = readNumber(canvas, canvas.width, canvas.height);
      if (number !== null && number !== last) {
        last = number;
        const at = performance.timeOrigin + performance.now();
        window.seen.push({ number, at, session: Number(tile.dataset.session) });
      }
      requestAnimationFrame(look);
    };
    look();
  }"""
)
_RECORD_LATENCIES = """() => {
    const tile = document.querySelector(".tile");
    if (window.latencies) return void window.latencies.splice(0);
    window.latencies = [];
    const note = () => {
      const { capturedAt, drawnAt } = tile.dataset;
      if (drawnAt) window.latencies.push(drawnAt - capturedAt);
    };
    new MutationObserver(note).observe(tile, { attributeFilter: ["data-drawn-at"] });
  }"""
_RECORD_CAPTURED = (
    "() => {"
    + clip.READ_NUMBER
    + """
    const video = document.querySelector("video");
    window.captured = {};
    const look = (now) => {
      const number = readNumber(video, video.videoWidth, video.videoHeight);
      if (number !== null) window.captured[number] = performance.timeOrigin + now;
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  }"""
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture that a viewer saw: its number in the clip, when (ms), in which session."""

    number: int
    at: float
    session: int


async def record_drawn(viewer: Page) -> None:
    """Begin to note each new picture on the viewer's canvas, and forget those noted before."""
    await viewer.evaluate(_RECORD_DRAWN)


async def drawn(viewer: Page) -> list[Seen]:
    """What was noted since the last call."""
    rows = await viewer.evaluate("() => window.seen.splice(0)")
    return [Seen(row["number"], row["at"], row["session"]) for row in rows]


async def next_drawn(
    viewer: Page,
    count: int = ENOUGH,
    within_s: float = WITHIN_S,
    max_latency_ms: float = MAX_LATENCY_MS,
) -> list[Seen]:
    """The next pictures that the viewer draws, so many at least: whole, in order and not late.

    Raises AssertionError when they do not come within `within_s`, or not like that.
    """
    await record_drawn(viewer)
    await record_latencies(viewer)
    seen: list[Seen] = []
    deadline = time.monotonic() + within_s
    while len(seen) < count:
        assert time.monotonic() < deadline, f"{len(seen)} pictures of {count} within {within_s} s"
        await asyncio.sleep(0.1)
        seen += await drawn(viewer)
    print(f"{frames_per_second(seen):.1f} fps")
    assert is_whole(seen)
    assert is_in_order(seen)
    assert_prompt(await latencies(viewer), max_latency_ms)
    return seen


async def record_latencies(viewer: Page) -> None:
    """Begin to note each picture's latency, and forget those noted before."""
    await viewer.evaluate(_RECORD_LATENCIES)


async def latencies(viewer: Page) -> list[float]:
    """Capture to drawn, ms, of the pictures drawn since the last call."""
    noted: list[float] = await viewer.evaluate("() => window.latencies.splice(0)")
    return noted


async def next_latencies(viewer: Page, count: int = ENOUGH, within_s: float = WITHIN_S) -> None:
    """Wait for so many pictures, of whatever they show, that are not late.

    Raises AssertionError when they do not come within `within_s`, or late.
    """
    await record_latencies(viewer)
    noted: list[float] = []
    deadline = time.monotonic() + within_s
    while len(noted) < count:
        assert time.monotonic() < deadline, f"{len(noted)} pictures of {count}"
        await asyncio.sleep(0.1)
        noted += await latencies(viewer)
    assert_prompt(noted)


def assert_prompt(noted: list[float], max_ms: float = MAX_LATENCY_MS) -> None:
    """Raises AssertionError when pictures were drawn later than that, at the median."""
    p50_ms = statistics.median(noted)
    p95_ms = statistics.quantiles(noted, n=20)[-1]
    print(f"latency {p50_ms:.0f} ms at the median, {p95_ms:.0f} at the 95th percentile")
    assert p50_ms <= max_ms


async def record_captured(camera: Page) -> None:
    """Begin to note when the capture page's own preview shows each number."""
    await camera.evaluate(_RECORD_CAPTURED)


async def captured(camera: Page) -> dict[int, float]:
    """When each number was last shown in the preview, ms."""
    times = await camera.evaluate("() => window.captured")
    return {int(number): at for number, at in times.items()}


def is_in_order(seen: list[Seen]) -> bool:
    """Whether each number follows the one before, the clip starting again now and then."""
    wrong = [
        (before, after)
        for before, after in itertools.pairwise(seen)
        if not 0 < (after.number - before.number) % clip.LENGTH < clip.LENGTH // 2
    ]
    for before, after in wrong:
        print(f"after {before} came {after}")
    return not wrong


def is_whole(seen: list[Seen]) -> bool:
    """Whether no picture was torn, grey or put together from two."""
    return all(picture.number >= 0 for picture in seen)


def frames_per_second(seen: list[Seen]) -> float:
    return (len(seen) - 1) / (seen[-1].at - seen[0].at) * 1000 if len(seen) > 1 else 0.0
