"""The doctor's page in a real browser, over a real line: WebSocket, and WebRTC to ingest."""

from __future__ import annotations

from playwright.async_api import BrowserContext, expect


async def test_it_checks_the_line_the_browser_and_the_server(owner: BrowserContext) -> None:
    page = await owner.new_page()
    await page.goto("/doctor/")
    for check in ("connection", "clock", "codecs", "storage", "database", "redis", "processes"):
        row = page.locator(f"[data-check={check}]")
        await expect(row).to_have_attribute("data-state", "ok")
    webrtc = page.locator("[data-check=direct]")
    await expect(webrtc).to_contain_text("UDP reaches the server directly")
    await expect(webrtc).to_have_attribute("data-state", "ok")
    await page.get_by_role("button", name="Check the camera").click()
    await expect(page.locator("[data-check=camera]")).to_contain_text("gives a picture")
