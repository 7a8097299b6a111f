"""What axe, a program that looks for barriers, says of a page."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

#: The themes and the widths, each once.
LOOKS = ("wide-light", "phone-dark")

_GRAVE = ("serious", "critical")
#: Neither advice nor what there is nothing to say against.
_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}


_RUN = "async (options) => (await axe.run(options)).violations"


async def grave_findings(page: Page) -> list[str]:
    if await page.evaluate("typeof axe") == "undefined":
        await page.evaluate(Axe().axe_script)
    violations = await page.evaluate(_RUN, _OPTIONS)
    return [
        f"{violation['id']} at {' '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in violations
        if violation["impact"] in _GRAVE
    ]
