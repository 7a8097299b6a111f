"""Draws the icons of the installed app from the mark: `python -m tests.icons`.

Needs SKYSENTRY_CHROMIUM. Run it after a change of static/img/mark.svg, and commit what it writes.
"""

from __future__ import annotations

import asyncio
import io
import os

from PIL import Image
from playwright.async_api import Page, async_playwright

from tests.e2e.system import ROOT

IMAGES = ROOT / "static" / "img"
#: Systems cut these to a shape of their own: the ground goes to the edges.
WHOLE = {"icon-maskable.png": 512, "icon-touch.png": 180}
ROUND = {"icon-192.png": 192, "icon-512.png": 512}
FAVICON_SIZES = [(16, 16), (32, 32), (48, 48)]


async def draw(page: Page, mark: str, size: int) -> bytes:
    await page.set_viewport_size({"width": size, "height": size})
    style = "<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>"
    await page.set_content(style + mark)
    return await page.screenshot(omit_background=True)


async def main() -> None:
    mark = (IMAGES / "mark.svg").read_text()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ["SKYSENTRY_CHROMIUM"], args=["--no-sandbox"]
        )
        page = await browser.new_page()
        for name, size in ROUND.items():
            (IMAGES / name).write_bytes(await draw(page, mark, size))
        for name, size in WHOLE.items():
            (IMAGES / name).write_bytes(await draw(page, mark.replace(' rx="8"', ""), size))
        largest = Image.open(io.BytesIO(await draw(page, mark, FAVICON_SIZES[-1][0])))
        largest.save(IMAGES / "favicon.ico", sizes=FAVICON_SIZES)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
