"""How many frames a second browsers film and show, and how late: the table of docs/browsers.md.

A camera's page and a viewer's, each in a browser of its own, over WebRTC and over the socket, in
each codec. Latency is from the worker's having the frame to the first animation frame that shows
it, as the viewer's page tells.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

from playwright.async_api import async_playwright

from benchmarks.conditions import describe, load, percentile
from tests.e2e import clip
from tests.e2e.conftest import FLAGS
from tests.e2e.firefox import PATH, PREFERENCES, firefox, new_page, set_cookies
from tests.e2e.pages import go_live
from tests.e2e.recording import Page, latencies, record_latencies
from tests.e2e.remote import until
from tests.e2e.system import System
from tests.signing_in import sign_in_by_link

#: Who films, and who watches. Firefox has no camera of ours: it films a moving picture of its own.
PAIRS = (("Chromium", "Chromium"), ("Firefox", "Chromium"), ("Chromium", "Firefox"))
TRANSPORTS = ("WebRTC", "WebSocket")
CODECS = {"h264": "H.264", "vp8": "VP8", "jpeg": "JPEG"}

_CLIP_LENGTH = 300
#: Clocks come into step, and a camera, which begins with less, sends what it is asked to.
_SETTLE_S = 8.0
_CAPTURE, _VIEWER = "/cameras/my-camera/capture/", "/cameras/my-camera/"
_LIVE = "() => document.querySelector('.tile')?.dataset.state === 'live'"
_KIND = "() => document.querySelector('.tile').dataset.kind"

Open = Callable[[str], Awaitable[Page]]


@asynccontextmanager
async def chromium(system: System, film: Path, transport: str) -> AsyncIterator[Open]:
    """Opens pages in a Chromium of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ["SKYSENTRY_CHROMIUM"],
            args=[*FLAGS, f"--use-file-for-fake-video-capture={film}"],
        )
        context = await browser.new_context(permissions=["camera"])
        if not system.cookies:
            await sign_in_by_link(context, system.sign_in_link)
            system.cookies = [*await context.cookies()]
        await context.add_cookies(system.cookies)
        if transport != "WebRTC":
            await context.add_init_script("delete self.RTCPeerConnection;")

        async def open_page(path: str) -> Page:
            page = await context.new_page()
            await page.goto(system.url + path)
            return page

        yield open_page
        await browser.close()


@asynccontextmanager
async def a_firefox(system: System, film: Path, transport: str) -> AsyncIterator[Open]:
    """Opens pages in a Firefox of its own."""
    preferences = {**PREFERENCES, "media.peerconnection.enabled": transport == "WebRTC"}
    with tempfile.TemporaryDirectory() as profile:
        async with firefox(Path(profile), preferences) as browser:
            await set_cookies(browser, system.cookies)

            async def open_page(path: str) -> Page:
                page = await new_page(browser)
                await page.goto(system.url + path)
                return page

            yield open_page


BROWSERS = {"Chromium": chromium, "Firefox": a_firefox}


async def measure(
    system: System, film: Path, pair: tuple[str, str], transport: str, codec: str, seconds: float
) -> str:
    """A row of the table."""
    system.run(f"from cameras.models import Camera; Camera.objects.update(codec={codec!r})")
    filming, watching = (BROWSERS[name] for name in pair)
    async with (
        filming(system, film, transport) as camera_in,
        watching(system, film, "WebRTC") as viewer_in,
    ):
        await go_live(await camera_in(_CAPTURE))
        viewer = await viewer_in(_VIEWER)
        await until(viewer, _LIVE)
        await asyncio.sleep(_SETTLE_S)
        await record_latencies(viewer)
        await asyncio.sleep(seconds)
        noted = await latencies(viewer)
        kind = await viewer.evaluate(_KIND)
    fps = len(noted) / seconds
    times = f"{percentile(noted, 0.5):.0f} | {percentile(noted, 0.95):.0f}"
    asked = CODECS[codec]
    shown = asked if kind == asked else f"{kind} instead of {asked}"
    return f"| {pair[0]} | {pair[1]} | {transport} | {shown} | {fps:.1f} | {times} |"


async def table(system: System, film: Path, pairs: list[tuple[str, str]], seconds: float) -> None:
    print("| filmed by | watched by | transport | codec | fps | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|---|", flush=True)
    # Firefox is signed in with the cookies of the first Chromium.
    for pair, transport, codec in product(pairs, TRANSPORTS, CODECS):
        print(await measure(system, film, pair, transport, codec, seconds), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench browsers", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each row")
    options = parser.parse_args()
    if not os.environ.get("SKYSENTRY_CHROMIUM"):
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    pairs = [pair for pair in PAIRS if PATH or "Firefox" not in pair]
    print(f"640x480 at 30 fps; {describe()}; {load()}")
    if not PATH:
        print("Firefox is not measured: none is on the PATH.")
    with tempfile.TemporaryDirectory(prefix="skysentry-bench-") as name:
        film = clip.write(Path(name) / "numbers.mjpeg", length=_CLIP_LENGTH)
        with System(Path(name)) as system:
            asyncio.run(table(system, film, pairs, options.seconds))


if __name__ == "__main__":
    main()
