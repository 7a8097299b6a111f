"""A page that stood still, as one that the back button brings back, shows nothing old as live."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import BrowserContext

from tests.e2e.devtools import Chromium, Tab
from tests.e2e.pages import film
from tests.e2e.remote import until
from tests.e2e.system import System

AWAY_S = 4.0
#: A picture of before the pause is older; a busy machine shows none of now so late.
OLD_MS = 3000.0

#: What the tile says from now on, at each change.
_RECORD = """() => {
  const tile = document.querySelector(".tile");
  window.said = [];
  new MutationObserver(() => {
    const { state, latencyMs, capturedAt, drawnAt } = tile.dataset;
    window.said.push({ state, latency: +latencyMs || 0, drawnLate: drawnAt - capturedAt || 0 });
  }).observe(tile, { attributes: true });
}"""
_IS_LIVE = "() => document.querySelector('.tile')?.dataset.state === 'live'"
_IS_LIVE_AGAIN = f"() => window.said?.some((each) => each.state !== 'live') && ({_IS_LIVE})()"
#: What the page tells the server of its latency.
_REPORTS = """
window.reported = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (text) {
  const message = JSON.parse(text);
  if (message.type === "report") window.reported.push(message.latency_ms ?? 0);
  return send.call(this, text);
};
"""


async def away(tab: Tab, url: str) -> None:
    """The page goes into the back/forward cache, and comes back."""
    await tab.command("Page.navigate", url=url)
    await asyncio.sleep(AWAY_S)
    history = await tab.command("Page.getNavigationHistory")
    before = history["entries"][history["currentIndex"] - 1]
    await tab.command("Page.navigateToHistoryEntry", entryId=before["id"])


@pytest.mark.faults(seconds=12)
async def test_a_page_that_comes_back_shows_nothing_old_as_live_and_reports_none(
    desktop: Chromium, owner: BrowserContext, system: System
) -> None:
    await film(owner)
    tab = await desktop.open(f"{system.url}/cameras/my-camera/", _REPORTS)
    await until(tab, _IS_LIVE)
    await tab.evaluate(_RECORD)
    await away(tab, f"{system.url}/cameras/")
    # It is the same page, in which what was recorded is still there.
    await until(tab, _IS_LIVE_AGAIN)
    await asyncio.sleep(1)
    said: list[dict[str, Any]] = await tab.evaluate("() => window.said")
    live = [each for each in said if each["state"] == "live"]
    assert live
    assert max(each["latency"] for each in live) < OLD_MS
    # One that waited in the page may be drawn, and is not live.
    assert max(each["drawnLate"] for each in live) < OLD_MS
    assert max(await tab.evaluate("() => window.reported"), default=0) < OLD_MS
