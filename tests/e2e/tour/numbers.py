"""Pages of numbers: the list of cameras, the dashboard, a camera's history, and the API's."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import Page, expect

from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit

#: A day and a night: an outage, a loss and a pause of minutes, viewers in the evening.
_PAST = """
import math
from datetime import timedelta
from django.utils import timezone
from cameras import history
from cameras.models import Camera, CaptureSession
now = timezone.now().replace(second=0, microsecond=0)
front, gate, barn = (Camera.objects.get(slug=slug) for slug in ("front-door", "gate", "barn"))
for camera, began_h, ended_h, reason, publisher in (
    (front, 90, 15, "peer_failed", "Old tablet at the door"),
    (front, 13.2, 6, "signaling_lost", "owner"),
    (front, 5.9, 0.01, "taken_over", "owner"),
    (gate, 40, 9, "lost", "owner"),
    (barn, 20, 11, "stopped", "owner"),
):
    ended = now - timedelta(hours=ended_h)
    CaptureSession.objects.create(
        camera=camera, publisher=publisher, transport="webrtc",
        started=now - timedelta(hours=began_h), ended=ended, last_seen=ended, end_reason=reason,
    )
for back in range(24 * 60, 0, -1):
    if 6 * 60 > back >= 354 or 15 * 60 > back > 13.2 * 60:
        continue
    evening = max(0.0, math.sin(back / 230))
    minute = dict(
        live_s=60, paused_s=0, lost_s=0, frames=round(1800 * evening + 60), dropped=back % 7,
        fps=round(2 + 27 * evening + math.sin(back), 1), viewers=round(4 * evening),
        bits_per_s=round(160_000 + 1_400_000 * evening + 90_000 * math.sin(back / 3)),
        uplink_ms=round(14 + 3 * math.sin(back / 5)), latency_p50_ms=None, latency_p95_ms=None,
    )
    if minute["viewers"]:
        minute["latency_p50_ms"] = round(34 + 6 * math.sin(back / 9))
        minute["latency_p95_ms"] = round(70 + 30 * math.cos(back / 11))
    if 190 < back < 196:
        minute |= dict(live_s=20, lost_s=40, fps=4.0)
    if 300 < back < 325:
        minute |= dict(live_s=0, paused_s=60, fps=0.0, bits_per_s=0)
    history.record(now - timedelta(minutes=back), {front.pk: history.Minute(**minute)})
"""


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    page = await (await visit.owner()).new_page()
    visit.camera("front-door")
    await page.goto("/cameras/")
    row = page.locator("[data-camera=front-door]")
    await expect(row).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    yield "cameras-16", page
    await page.goto("/cameras/?q=nothing")
    yield "cameras-not-found", page
    visit.system.run(_PAST)
    async for sight in _past(page):
        yield sight
    await page.goto("/doctor/")
    await page.locator(".doctor[data-done=yes]").wait_for(timeout=PATIENCE_MS)
    yield "doctor", page
    await page.goto("/api/docs/")
    await page.locator(".opblock-summary-control").first.click()
    await page.locator(".highlight-code").first.wait_for(timeout=PATIENCE_MS)
    yield "api", page


async def _past(page: Page) -> AsyncIterator[Sight]:
    await page.goto("/dashboard/")
    await expect(page.get_by_role("row", name="Front door")).to_contain_text("outage")
    yield "dashboard", page
    await page.get_by_role("slider", name="Last 24 hours of Front door").press("Home")
    yield "dashboard-told", page
    await page.context.set_offline(True)
    await expect(page.get_by_role("status")).to_have_text("Server unreachable")
    yield "dashboard-away", page
    await page.context.set_offline(False)
    await page.goto("/dashboard/front-door/")
    await expect(page.get_by_role("row", name="Connection failed")).to_be_visible()
    yield "history", page
    await page.get_by_role("radio", name="1 hour").check()
    await page.get_by_text("The charts as a table").click()
    yield "history-hour", page
