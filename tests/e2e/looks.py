from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Page


@dataclass(frozen=True, slots=True)
class Look:
    width: int
    height: int
    theme: Literal["dark", "light"]
    has_forced_colors: bool = False


#: Names and what they mean. Enlarged is the wide window at a zoom of 200 %, landscape a phone that
#: lies on its side; forced are colours that the system chose, as in Windows' contrast themes.
LOOKS = {
    "wide-dark": Look(1440, 900, "dark"),
    "wide-light": Look(1440, 900, "light"),
    "phone-dark": Look(390, 844, "dark"),
    "phone-light": Look(390, 844, "light"),
    "landscape-dark": Look(844, 390, "dark"),
    # Not last: a page that opens in forced colours keeps its black ground (seen in Chromium).
    "forced-dark": Look(1440, 900, "dark", has_forced_colors=True),
    "enlarged-light": Look(720, 450, "light"),
}
#: Until what appears or leaves has done so (180 ms at most), and is painted.
_TWO_FRAMES_LATER = """
  () => new Promise((done) => setTimeout(() => requestAnimationFrame(() =>
    requestAnimationFrame(done)), 200))
"""


async def put_on(page: Page, look: str) -> None:
    """Give the page a size and a theme, as it is."""
    chosen = LOOKS[look]
    await page.emulate_media(
        color_scheme=chosen.theme, forced_colors="active" if chosen.has_forced_colors else "none"
    )
    await page.set_viewport_size({"width": chosen.width, "height": chosen.height})
    await page.bring_to_front()
    await page.evaluate(_TWO_FRAMES_LATER)
