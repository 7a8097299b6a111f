"""What does not fit in the width of a page."""

from __future__ import annotations

from playwright.async_api import Page

#: Pages scroll down, never sideways; what may is a box of its own.
_STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const isOut = (each) => each.getBoundingClientRect().right > width + 1;
  const innermost = [...document.body.querySelectorAll("*")].filter(
    (each) => isOut(each) && ![...each.children].some(isOut),
  );
  const named = innermost.slice(0, 3).map((each) => each.outerHTML.slice(0, 80));
  return [`wider than its window, by ${named.join(" ")}`];
}"""


async def findings(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(_STICKS_OUT)
    return found
