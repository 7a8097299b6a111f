"""Pictures of all pages, wide and on a phone, light and dark.

The picture in the README is one of them, copied to docs/images by `--readme`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.e2e.conftest import FLAGS
from tests.e2e.system import ROOT, System

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ("dark", "light")
README_PICTURE = ROOT / "docs" / "images" / "wall.png"
#: Until the clocks are in step and the numbers over the picture stand still.
SETTLE_S = 4.0


async def shoot(system: System, folder: Path, chromium: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=[*FLAGS, "--use-fake-device-for-media-stream=fps=30"]
        )
        owner = await browser.new_context(base_url=system.url)
        await owner.request.get(system.sign_in_link)
        cookies: list[Any] = [*await owner.cookies()]
        for size in SIZES:
            for theme in THEMES:
                context = await _context(browser, system, size, theme)
                await _visitor_pages(context, folder, f"{size}-{theme}")
                await context.add_cookies(cookies)
                await _owner_pages(context, folder, f"{size}-{theme}")
                await context.close()
        await browser.close()


async def _context(browser: Browser, system: System, size: str, theme: str) -> BrowserContext:
    width, height = SIZES[size]
    return await browser.new_context(
        base_url=system.url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        permissions=["camera"],
    )


async def _visitor_pages(context: BrowserContext, folder: Path, name: str) -> None:
    page = await context.new_page()
    await _page(page, "/", folder / f"wall-empty-{name}.png")
    await _page(page, "/sign-in/", folder / f"sign-in-{name}.png")
    await _page(page, "/cameras/none/", folder / f"not-found-{name}.png")
    await page.close()


async def _owner_pages(context: BrowserContext, folder: Path, name: str) -> None:
    page = await context.new_page()
    await _page(page, "/", folder / f"wall-{name}.png")
    await _page(page, "/cameras/demo/", folder / f"viewer-{name}.png")
    await page.goto("/cameras/my-camera/capture/")
    await page.screenshot(path=folder / f"capture-off-{name}.png")
    await page.get_by_role("button", name="Go live").click()
    await asyncio.sleep(SETTLE_S)
    await page.screenshot(path=folder / f"capture-live-{name}.png")
    wall = await context.new_page()
    await _page(wall, "/", folder / f"wall-two-{name}.png")
    await _page(wall, "/admin/cameras/camera/", folder / f"admin-{name}.png")
    await wall.close()
    await page.get_by_role("button", name="Stop").click()
    await _page(page, "/cameras/my-camera/", folder / f"viewer-off-{name}.png")
    await page.close()


async def _page(page: Page, path: str, file: Path) -> None:
    await page.goto(path)
    await asyncio.sleep(SETTLE_S if "cameras" in path or path == "/" else 0.5)
    await page.screenshot(path=file)


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--readme", action="store_true", help="renew the picture in the README")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, System(Path(var), "uvicorn", "--demo") as system:
        asyncio.run(shoot(system, options.folder, chromium))
    if options.readme:
        README_PICTURE.parent.mkdir(exist_ok=True)
        shutil.copyfile(options.folder / "wall-wide-dark.png", README_PICTURE)
    print(f"Screenshots are in {options.folder}")


if __name__ == "__main__":
    main()
