"""Pictures of all pages and states: wide, on a phone and enlarged, dark and light.

The picture in the README is one of them, copied to docs/images by `--readme`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from tests.e2e.conftest import FLAGS
from tests.e2e.looks import LOOKS, put_on
from tests.e2e.system import ROOT, System
from tests.e2e.tour import Tour

README_PICTURE = ROOT / "docs" / "images" / "wall.png"


async def shoot(system: System, folder: Path, chromium: str, only: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=[*FLAGS, "--use-fake-device-for-media-stream=fps=30"]
        )
        async for name, page in Tour(browser, system):
            if only not in name:
                continue
            for look in LOOKS:
                await put_on(page, look)
                await page.screenshot(path=folder / f"{name}-{look}.png")
                print(f"{name}-{look}.png", flush=True)
        await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--only", default="", help="pictures with this in their name")
    parser.add_argument("--readme", action="store_true", help="renew the picture in the README")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var, System(Path(var), "uvicorn", "--demo") as system:
        asyncio.run(shoot(system, options.folder, chromium, options.only))
    if options.readme:
        README_PICTURE.parent.mkdir(exist_ok=True)
        shutil.copyfile(options.folder / "wall-4-wide-dark.png", README_PICTURE)
    print(f"Screenshots are in {options.folder}")


if __name__ == "__main__":
    main()
