"""What the doctor finds, and what browsers tell of cameras that are lost."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.e2e.scripts import INSECURE, NO_STORAGE
from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit

_ASKED = """
  Object.defineProperty(Notification, "permission", { get: () => "%s" });
  Notification.requestPermission = () => new Promise(() => {});
"""
_NO_VIDEO = "delete self.VideoDecoder; delete self.VideoEncoder; delete self.RTCPeerConnection;"


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    async for sight in _doctor(visit):
        yield sight
    async for sight in _notifications(visit):
        yield sight


async def _doctor(visit: Visit) -> AsyncIterator[Sight]:
    visitor = await (await visit.stranger()).new_page()
    poor = await (await visit.owner()).new_page()
    await poor.add_init_script(INSECURE + NO_STORAGE + _NO_VIDEO)
    away = await (await visit.owner()).new_page()
    await away.route_web_socket("**/ws/doctor/", lambda socket: socket.close())
    await away.route("**/doctor/server/", lambda route: route.abort())
    for name, page in (("visitor", visitor), ("poor", poor), ("away", away)):
        await page.goto("/doctor/")
        await page.locator(".doctor[data-done=yes]").wait_for(timeout=PATIENCE_MS)
        yield f"doctor-{name}", page


async def _notifications(visit: Visit) -> AsyncIterator[Sight]:
    for permission, words in (
        ("default", "needs your permission"),
        ("denied", "blocks notifications"),
        ("granted", "even in the background"),
    ):
        page = await (await visit.owner()).new_page()
        await page.add_init_script(_ASKED % permission)
        await page.goto("/cameras/garten/")
        await page.get_by_label("Tell me when this camera is lost").select_option("30")
        await expect(page.get_by_text(words)).to_be_visible()
        yield f"notifications-{permission}", page
        await page.goto("/account/#notifications")
        await expect(page.get_by_text(words)).to_be_visible()
        yield f"account-notifications-{permission}", page
    await page.get_by_role("button", name="Turn off").click()
