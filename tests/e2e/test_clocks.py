"""Clocks that are an hour off, or that somebody sets, change nothing of what is shown."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route

from tests.e2e.pages import film, watch
from tests.e2e.system import System
from tests.signing_in import sign_in_by_link
from tests.wall_clock import WallClock

HOUR_S = 3600
HOUR_MS = HOUR_S * 1000
#: The clocks are off by an hour or more; a busy machine answers late by some of this.
MAX_ERROR_MS = 300.0
#: Of a picture while the server's machine is set by an hour or more.
MAX_AGE_MS = 15_000.0
PICTURES = 60
#: A camera is lost that sends nothing for 2 s; of a second and more, some are the viewer's part.
HELD_UP_MS = 1000.0
#: Until its pictures are live again.
SETTLED_MS = 3000.0

#: The device's clocks, in a page as in a worker.
_SKEW = """{
  const skew = %d, origin = performance.timeOrigin + skew, now = Date.now;
  Object.defineProperty(performance, "timeOrigin", { get: () => origin });
  Date.now = () => now() + skew;
}
"""
#: What the tile says of the next pictures, and when each was shown by a clock that is right.
_NEXT = """([skew, count]) => new Promise((resolve) => {
  const tile = document.querySelector(".tile"), seen = [];
  new MutationObserver((_changes, observer) => {
    const truth = performance.timeOrigin + performance.now() - skew;
    const { capturedAt, drawnAt, state } = tile.dataset;
    seen.push({ capturedAt: Number(capturedAt), drawnAt: Number(drawnAt), state, truth });
    if (seen.length < count) return;
    observer.disconnect();
    resolve(seen);
  }).observe(tile, { attributeFilter: ["data-sequence"] });
})"""


async def device(browser: Browser, system: System, skew: int) -> BrowserContext:
    """Another device of the owner's, whose clock is off by `skew` ms."""
    context = await browser.new_context(base_url=system.url, permissions=["camera"])
    await context.add_cookies(system.cookies)
    await context.add_init_script(_SKEW % skew)

    async def set_clock(route: Route) -> None:
        script = await route.fetch()
        await route.fulfill(response=script, body=_SKEW % skew + await script.text())

    await context.route("**/*-worker.js", set_clock)
    return context


async def next_pictures(viewer: Page, skew: int = 0, count: int = PICTURES) -> list[Any]:
    seen: list[Any] = await viewer.evaluate(_NEXT, [skew, count])
    return seen


@pytest.mark.faults(seconds=25)
@pytest.mark.usefixtures("owner")
async def test_the_latency_shown_is_the_same_whatever_the_devices_clocks_say(
    browser: Browser, system: System
) -> None:
    latencies = []
    for camera_skew, viewer_skew in ((0, 0), (-HOUR_MS, HOUR_MS), (HOUR_MS, -HOUR_MS)):
        filming = await device(browser, system, camera_skew)
        watching = await device(browser, system, viewer_skew)
        await film(filming)
        viewer = await watch(watching)
        seen = await next_pictures(viewer, viewer_skew)
        assert abs(median(p["drawnAt"] - p["truth"] for p in seen)) <= MAX_ERROR_MS
        latencies.append(median(p["drawnAt"] - p["capturedAt"] for p in seen))
        await filming.close()
        await watching.close()
    right, *skewed = latencies
    assert all(abs(latency - right) <= MAX_ERROR_MS for latency in skewed), latencies


@pytest.fixture
def set_system(tmp_path_factory: pytest.TempPathFactory, wall: WallClock) -> Any:
    """A `serve` on a machine whose clock may be set."""
    system = System(tmp_path_factory.mktemp("var"))
    system.env |= wall.env
    with system:
        yield system


@pytest.fixture
def wall(tmp_path: Path) -> WallClock:
    return WallClock(tmp_path)


@pytest.mark.parametrize(
    "by_s", [HOUR_S, pytest.param(-24 * HOUR_S, marks=pytest.mark.faults(seconds=14))]
)
async def test_whoever_sets_the_servers_clock_disturbs_nobody(
    browser: Browser, set_system: System, wall: WallClock, by_s: int
) -> None:
    owner = await browser.new_context(base_url=set_system.url, permissions=["camera"])
    await sign_in_by_link(owner, set_system.sign_in_link)
    await film(owner)
    viewer = await watch(owner)
    noting = asyncio.create_task(next_pictures(viewer, count=3 * PICTURES))
    await next_pictures(viewer, count=10)
    wall.set_by(by_s)
    seen = await noting
    # A camera that a busy machine lets send nothing for seconds is lost, whatever the time.
    assert [each for each in seen if each["state"] != "live" and not was_held_up(seen, each)] == []
    assert max(abs(picture["drawnAt"] - picture["capturedAt"]) for picture in seen) <= MAX_AGE_MS


def was_held_up(seen: list[Any], picture: Any) -> bool:
    """Whether there was a gap between pictures shortly before this one."""
    return any(
        later["truth"] - earlier["truth"] > HELD_UP_MS
        for earlier, later in pairwise(seen)
        if 0 <= picture["truth"] - later["truth"] < SETTLED_MS
    )
