"""Notes, in pages and their workers, of when frames leave and arrive."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import BrowserContext, Page, Route

#: [what, captured_at, rendition, time, bytes]: no two frames of a rendition share captured_at.
#: Times are those of the system's clock.
_HOOK = """
globalThis.marks = [];
{
  const mark = (what, data) => {
    const at = performance.timeOrigin + performance.now();
    if (typeof data === "string" || data.byteLength < 24) return;
    const view = ArrayBuffer.isView(data)
      ? new DataView(data.buffer, data.byteOffset)
      : new DataView(data);
    globalThis.marks.push([what, view.getFloat64(12), view.getUint8(1), at, data.byteLength]);
  };
  const NativeSocket = globalThis.WebSocket;
  globalThis.WebSocket = class extends NativeSocket {
    constructor(...words) {
      super(...words);
      this.addEventListener("message", ({ data }) => mark("received", data));
    }
  };
  for (const Way of [globalThis.RTCDataChannel, NativeSocket]) {
    if (!Way) continue;
    const { send } = Way.prototype;
    Way.prototype.send = function (data) {
      mark("sent", data);
      return send.call(this, data);
    };
  }
}
"""
_RECORD_DRAWN = """() => {
  const { dataset } = document.querySelector(".tile");
  const note = () => {
    const at = Number(dataset.drawnAt);
    if (at) globalThis.marks.push(["drawn", Number(dataset.capturedAt), 0, at, 0]);
  };
  new MutationObserver(note).observe(document.querySelector(".tile"), {
    attributeFilter: ["data-drawn-at"],
  });
}"""
_TAKE = "() => globalThis.marks.splice(0)"


async def mark(context: BrowserContext) -> None:
    """In all pages that are opened from now on."""
    await context.add_init_script(_HOOK)
    await context.route(re.compile(r"-worker(\.\w+)?\.js$"), _before)


async def mark_drawn(viewer: Page) -> None:
    await viewer.evaluate(_RECORD_DRAWN)


async def take(page: Page) -> list[Any]:
    """What was noted since it was last taken."""
    notes: list[Any] = await page.evaluate(_TAKE)
    for worker in page.workers:
        notes += await worker.evaluate(_TAKE)
    return notes


async def _before(route: Route) -> None:
    answer = await route.fetch()
    await route.fulfill(response=answer, body=_HOOK + await answer.text())
