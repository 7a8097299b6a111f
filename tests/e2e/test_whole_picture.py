"""What a camera sees arrives whole and in its colours, whatever it gives and viewers decode."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.e2e import device
from tests.e2e.conftest import launch
from tests.e2e.pages import film, film_small, watch
from tests.e2e.system import System

Colour = tuple[int, int, int]
Point = tuple[float, float]

WITHIN_S = 15.0

#: Upper left and right, lower left and right, as wide as this share of the picture's sides.
CORNERS: Sequence[Colour] = ((200, 40, 40), (40, 200, 40), (40, 40, 200), (200, 200, 40))
CORNER = 0.08
#: Marks are small, and lossy pictures blur their edges.
MARK_TOLERANCE = 40

#: SMPTE's, at 75 %.
BARS: Sequence[Colour] = (
    (191, 191, 191),
    (191, 191, 0),
    (0, 191, 191),
    (0, 191, 0),
    (191, 0, 191),
    (191, 0, 0),
    (0, 0, 191),
)
TOLERANCE = 3

#: What viewers see who do not decode this.
KINDS = {
    "H.264": "none",
    "VP8": "avc1",
    "JPEG": "avc1|vp8",
}
REFUSE = """
  const { isConfigSupported } = VideoDecoder;
  VideoDecoder.isConfigSupported = async (config) => {
    if (/^(%s)/.test(config.codec)) return { supported: false };
    return isConfigSupported.call(VideoDecoder, config);
  };
"""

#: The colours at points of what is shown, which are shares of its sides.
COLOURS = """([selector, points]) => {
  const shown = document.querySelector(selector);
  const [width, height] = [shown.videoWidth ?? shown.width, shown.videoHeight ?? shown.height];
  const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(shown, 0, 0);
  return points.map(([x, y]) => {
    const { data } = context.getImageData(x * canvas.width, y * canvas.height, 1, 1);
    return [...data.slice(0, 3)];
  });
}"""
PREVIEW, TILE = "video", ".tile canvas"
SIZE = """() => {
  const { width, height } = document.querySelector(".tile canvas");
  return [width, height];
}"""


@asynccontextmanager
async def filming(
    playwright: Playwright,
    chromium_path: str,
    system: System,
    film_of: Path,
    is_small: bool = False,
) -> AsyncIterator[Page]:
    """A page that films what the file shows."""
    browser = await launch(playwright, chromium_path, film_of)
    try:
        context = await browser.new_context(base_url=system.url, permissions=["camera"])
        await context.add_cookies(system.cookies)
        yield await film_small(context) if is_small else await film(context)
    finally:
        await browser.close()


async def shows(
    viewer: Page, points: Sequence[Point], wanted: Sequence[Colour], tolerance: int
) -> None:
    """Wait until the viewer's picture has these colours."""
    async with asyncio.timeout(WITHIN_S):
        while (off := difference(await colours(viewer, TILE, points), wanted)) > tolerance:
            print(f"off by {off}")
            await asyncio.sleep(0.5)
    print(f"within {off}")


async def colours(page: Page, selector: str, points: Sequence[Point]) -> Sequence[Colour]:
    seen: Sequence[Colour] = await page.evaluate(COLOURS, [selector, points])
    return seen


def difference(seen: Sequence[Colour], wanted: Sequence[Colour]) -> int:
    return max(
        abs(s - w)
        for each, other in zip(seen, wanted, strict=True)
        for s, w in zip(each, other, strict=True)
    )


def marked(size: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", size, (120, 120, 120))
    draw = ImageDraw.Draw(picture)
    width, height = size
    wide, high = round(width * CORNER), round(height * CORNER)
    for corner, colour in enumerate(CORNERS):
        left, top = (width - wide) * (corner % 2), (height - high) * (corner // 2)
        draw.rectangle((left, top, left + wide, top + high), fill=colour)
    return picture


def bars(size: tuple[int, int]) -> Image.Image:
    small = Image.new("RGB", (len(BARS), 1))
    small.putdata(cast("list[Colour]", BARS))
    return small.resize(size, Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((1280, 720), id="wider than asked for"),
        pytest.param((480, 640), id="upright"),
    ],
)
async def test_all_four_corners_arrive(
    playwright: Playwright,
    chromium_path: str,
    owner: BrowserContext,
    system: System,
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    file = device.write(tmp_path / "marked.y4m", marked(size))
    async with filming(playwright, chromium_path, system, file):
        viewer = await watch(owner)
        near, far = CORNER / 2, 1 - CORNER / 2
        corners = [(near, near), (far, near), (near, far), (far, far)]
        await shows(viewer, corners, CORNERS, MARK_TOLERANCE)
        width, height = await viewer.evaluate(SIZE)
        assert width / height == pytest.approx(size[0] / size[1], abs=0.02)


async def test_colours_stay_as_they_are_in_every_codec(
    playwright: Playwright,
    chromium_path: str,
    owner: BrowserContext,
    system: System,
    tmp_path: Path,
) -> None:
    file = device.write(tmp_path / "bars.y4m", bars((640, 480)))
    middles = [((bar + 0.5) / len(BARS), 0.5) for bar in range(len(BARS))]
    async with filming(playwright, chromium_path, system, file, is_small=True) as camera:
        captured = await colours(camera, PREVIEW, middles)
        assert difference(captured, BARS) <= 2 * TOLERANCE
        for kind, refused in KINDS.items():
            viewer = await viewer_without(owner, refused)
            await expect(viewer.locator(".tile")).to_have_attribute("data-kind", kind)
            await shows(viewer, middles, captured, TOLERANCE)
            await viewer.close()


async def viewer_without(owner: BrowserContext, codecs: str) -> Page:
    viewer = await owner.new_page()
    await viewer.add_init_script(f"{{ {REFUSE % codecs} }}")
    await viewer.goto("/cameras/my-camera/")
    await viewer.bring_to_front()
    return viewer
