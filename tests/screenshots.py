"""Pictures of all pages and states: wide, on a phone, enlarged and in forced colours, dark and
light; and what axe and the widths find there. Serious findings make it fail.

The picture in the README is one of them, copied to docs/images by `--readme`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.async_api import async_playwright

from tests.e2e import axe, widths
from tests.e2e.conftest import FLAGS
from tests.e2e.languages import read_pages_in
from tests.e2e.looks import LOOKS, put_on
from tests.e2e.system import ROOT
from tests.e2e.tour import PARTS, tour, visited
from tests.messages import LANGUAGES

README_PICTURE = ROOT / "docs" / "images" / "wall.png"


async def shoot(folder: Path, chromium: str, parts: Sequence[str], language: str) -> list[str]:
    """What axe and the widths found."""
    if language != "en":
        read_pages_in(language)
    flags = [*FLAGS, "--use-fake-device-for-media-stream=fps=30", f"--accept-lang={language}"]
    findings = []
    with tempfile.TemporaryDirectory() as var, visited(Path(var)) as system:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
            async for name, page in tour(browser, system, parts):
                for look in LOOKS:
                    await put_on(page, look)
                    await page.screenshot(path=folder / f"{name}-{look}.png")
                    print(f"{name}-{look}.png", flush=True)
                    found = await widths.findings(page)
                    if look in axe.LOOKS:
                        found += await axe.grave_findings(page)
                    findings += [f"{name}, {look}: {finding}" for finding in found]
            await browser.close()
    return findings


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "screenshots")
    parser.add_argument("--part", action="append", choices=PARTS, help="of the tour; may repeat")
    parser.add_argument("--language", choices=["en", *LANGUAGES], default="en")
    parser.add_argument("--readme", action="store_true", help="renew the picture in the README")
    options = parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    if options.language != "en":
        options.folder /= options.language
    options.folder.mkdir(parents=True, exist_ok=True)
    parts = ["showcase"] if options.readme else options.part or list(PARTS)
    findings = asyncio.run(shoot(options.folder, chromium, parts, options.language))
    if options.readme:
        README_PICTURE.parent.mkdir(exist_ok=True)
        shutil.copyfile(options.folder / "showcase-wide-dark.png", README_PICTURE)
    print(f"Screenshots are in {options.folder}")
    if findings:
        print("Found:", *findings, sep="\n  ")
        sys.exit(1)


if __name__ == "__main__":
    main()
