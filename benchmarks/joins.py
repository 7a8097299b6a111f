"""How soon a viewer who comes sees something: real Chromium pages of a camera that a real Chromium
films.

They come at random moments: while others watch, so that video is in the middle of a group of
pictures, and one by one to a camera that nobody watches, which then sends a still a second and has
to begin with what is wanted.

Two pictures count: the first one, of whichever rendition, and the first of the stream, which is
what the viewer wants at the camera's frame rate. Both are counted from the moment at which the
page's modules ask for the camera, as a head start may have done before, and from the beginning of
the navigation to the page, whose files the browser has already. A picture is there when the page is
told that it was drawn, at an animation frame.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from uuid import UUID

from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright

from benchmarks.conditions import describe, load, percentile
from benchmarks.load.viewers import Door, Viewers
from benchmarks.stage import Stage, free_port, running, set_up
from tests.e2e import clip
from tests.e2e.conftest import FLAGS

#: As the viewer page names them.
KINDS = {"h264": "H.264", "vp8": "VP8", "jpeg": "JPEG"}
CAMERA = "camera-1"
#: So many of all joins are to see a picture so soon...
SHARE, GOAL_MS = 0.95, 500.0
#: ...and the stream of a camera that nobody watched.
WISH_GOAL_MS = 300.0
#: Who watches while others come.
_OTHERS = 3
_CLIP_LENGTH = 300
_LIVE_S = 20.0
#: Between two who come, at least and at most: a group of pictures is one to two seconds long.
_PAUSE_S = (0.3, 1.8)

#: Notes, in the page's time since its navigation, when it asks for a camera, when it sees something
#: and when it sees what it wants.
_NOTE = """
globalThis.joined = {};
{
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (String(data).includes('"subscribe"') && !joined.first) joined.asked = performance.now();
    return send.call(this, data);
  };
  const look = ([{ target }]) => {
    if (!target.matches(".tile[data-drawn-at]")) return;
    joined.first ??= performance.now();
    joined.kind ??= target.dataset.kind;
    if (target.dataset.kind !== "Stills") joined.stream ??= performance.now();
  };
  const drawings = { attributeFilter: ["data-sequence"], subtree: true };
  new MutationObserver(look).observe(document, drawings);
}
"""


@dataclass(frozen=True, slots=True)
class Join:
    """Milliseconds from the beginning of the navigation."""

    asked: float
    first: float
    stream: float
    #: Of the first picture.
    kind: str


@dataclass(frozen=True, slots=True)
class Wait:
    p50_ms: float
    p95_ms: float
    #: Share of those who waited no longer than GOAL_MS.
    in_time: float

    @classmethod
    def of(cls, values: list[float]) -> Wait:
        return cls(
            round(percentile(values, 0.5)),
            round(percentile(values, SHARE)),
            sum(value <= GOAL_MS for value in values) / len(values),
        )


@dataclass(frozen=True, slots=True)
class Result:
    codec: str
    #: Whether others watched before.
    runs: bool
    joins: int
    #: How many saw a still first.
    stills_first: int
    first: Wait
    stream: Wait
    first_from_navigation: Wait
    stream_from_navigation: Wait

    @classmethod
    def of(cls, codec: str, runs: bool, joins: list[Join]) -> Result:
        return cls(
            codec=codec,
            runs=runs,
            joins=len(joins),
            stills_first=sum(join.kind == "Stills" for join in joins),
            first=Wait.of([join.first - join.asked for join in joins]),
            stream=Wait.of([join.stream - join.asked for join in joins]),
            first_from_navigation=Wait.of([join.first for join in joins]),
            stream_from_navigation=Wait.of([join.stream for join in joins]),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    running: int
    idle: int


FULL = Plan(running=40, idle=12)
QUICK = Plan(running=10, idle=3)


@dataclass(frozen=True, slots=True)
class System:
    stage: Stage
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def until_idle(self) -> None:
        """Nobody's wish for more than stills holds any longer."""
        # Not before the settings are read.
        from streaming.backplane.store import store

        while True:
            [live] = await asyncio.to_thread(store().live, [UUID(self.stage.cameras[CAMERA])])
            if not live.video and not live.jpeg:
                return
            await asyncio.sleep(0.1)


@contextmanager
def serving(stage: Stage, server: str) -> Iterator[System]:
    port = free_port()
    web = ("web", "--host", "127.0.0.1", "--port", str(port), "--server", server)
    with ExitStack() as processes:
        for role, *options in (web, ("ingest",)):
            folder = stage.folder / role
            folder.mkdir(exist_ok=True)
            command = [sys.executable, "manage.py", role, *options]
            listens = port if options else None
            processes.enter_context(running(command, folder, None, listens))
        yield System(stage, port)


@asynccontextmanager
async def filming(playwright: Playwright, system: System, chromium: str) -> AsyncIterator[None]:
    numbers = clip.write(system.stage.folder / "numbers.mjpeg", length=_CLIP_LENGTH)
    browser = await playwright.chromium.launch(
        executable_path=chromium, args=[*FLAGS, f"--use-file-for-fake-video-capture={numbers}"]
    )
    page = await (await _visit(browser, system)).new_page()
    await page.goto(f"/cameras/{CAMERA}/capture/")
    await page.get_by_role("button", name="Go live").click()
    yield
    await browser.close()


async def _visit(browser: Browser, system: System) -> BrowserContext:
    context = await browser.new_context(base_url=system.url, permissions=["camera"])
    name, _, value = system.stage.cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": system.url}])
    return context


async def _join(visitor: BrowserContext) -> Join:
    page = await visitor.new_page()
    await page.goto(f"/cameras/{CAMERA}/", wait_until="commit")
    try:
        return await _seen(page)
    finally:
        await page.close()


async def _seen(page: Page) -> Join:
    stream = page.locator('.tile[data-sequence]:not([data-kind="Stills"])')
    await stream.wait_for(timeout=_LIVE_S * 1000)
    return Join(**await page.evaluate("joined"))


async def measure(system: System, codec: str, chromium: str, plan: Plan) -> list[Result]:
    async with async_playwright() as playwright, filming(playwright, system, chromium):
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        visitor = await _visit(browser, system)
        await visitor.add_init_script(_NOTE)
        # The browser gets the page's files.
        await _join(visitor)
        with _others(system, codec):
            running = [await _come(visitor) for _ in range(plan.running)]
        idle = []
        for _ in range(plan.idle):
            await system.until_idle()
            idle.append(await _come(visitor))
        await browser.close()
    return [Result.of(codec, True, running), Result.of(codec, False, idle)]


async def _come(visitor: BrowserContext) -> Join:
    await asyncio.sleep(random.uniform(*_PAUSE_S))
    return await _join(visitor)


@contextmanager
def _others(system: System, codec: str) -> Iterator[None]:
    """They watch the same as those who come."""
    subscribe = json.dumps({"type": "subscribe", "cameras": [CAMERA], "video": [codec]})
    door = Door(system.port, "/ws/watch/", cookie=system.stage.cookie, subscribe=subscribe)
    with Viewers(door, 0, CAMERA) as others:
        others.hold(_OTHERS)
        yield


HEADER = """\
               from asking for the camera       from the navigation
               p50 ms  p95 ms  <= 500 ms    p50 ms  p95 ms  <= 500 ms"""


def table(result: Result) -> Iterator[str]:
    where = "while others watch" if result.runs else "to a camera that nobody watches"
    yield (
        f"{KINDS[result.codec]}: {result.joins} came {where}; {result.stills_first} of them saw a"
        f" still first\n{HEADER}"
    )
    yield _row("first picture", result.first, result.first_from_navigation)
    yield _row("stream", result.stream, result.stream_from_navigation)
    yield f"first picture: {_share_goal(result.first)}"
    if result.runs:
        yield f"stream: {_share_goal(result.stream)}\n"
    else:
        reached = result.stream.p95_ms <= WISH_GOAL_MS
        yield f"stream: goal of p95 {WISH_GOAL_MS:.0f} ms: {_verdict(reached)}\n"


def _row(picture: str, asked: Wait, navigation: Wait) -> str:
    return f"{picture:15}{_cells(asked)}    {_cells(navigation)}"


def _cells(wait: Wait) -> str:
    return f"{wait.p50_ms:6.0f}  {wait.p95_ms:6.0f}  {wait.in_time:9.0%}"


def _share_goal(wait: Wait) -> str:
    return f"goal of {SHARE:.0%} within {GOAL_MS:.0f} ms: {_verdict(wait.in_time >= SHARE)}"


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench joins", description=__doc__)
    parser.add_argument("--joins", type=int, default=FULL.running, help="while others watch")
    parser.add_argument("--idle", type=int, default=FULL.idle, help="to a camera that is idle")
    parser.add_argument("--quick", action="store_true", help="10 and 3, H.264 only")
    parser.add_argument("--server", choices=("uvicorn", "daphne"), default="uvicorn")
    parser.add_argument("--codecs", nargs="+", choices=tuple(KINDS), default=tuple(KINDS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    plan = QUICK if options.quick else Plan(options.joins, options.idle)
    codecs = ("h264",) if options.quick else options.codecs
    say: Callable[[str], None] = (lambda _: None) if options.json else partial(print, flush=True)
    say(f"640x480 at 30 fps, {options.server}; {describe()}; {load()}\n")
    results = []
    with set_up() as stage:
        for codec in codecs:
            for result in _run(stage, options.server, codec, chromium, plan):
                results.append(result)
                say("\n".join(table(result)))
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))


def _run(stage: Stage, server: str, codec: str, chromium: str, plan: Plan) -> list[Result]:
    # Not before the settings are read.
    from cameras.models import Camera

    Camera.objects.filter(slug=CAMERA).update(codec=codec)
    with serving(stage, server) as system:
        return asyncio.run(measure(system, codec, chromium, plan))


if __name__ == "__main__":
    main()
