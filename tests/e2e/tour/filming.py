"""The page of a camera: what it needs, what it says, and what it says when it has none of that."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import Page

from tests.e2e.pages import film
from tests.e2e.scripts import INSECURE, STALL
from tests.e2e.tour.visit import CAMERAS, Sight, Visit, capture_is, is_full, says

_PATH = "/cameras/my-camera/capture/"
_REFUSING = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '%s'))"
_MUTE = """() => {
  const [track] = document.querySelector("video").srcObject.getVideoTracks();
  Object.defineProperty(track, "muted", { value: true });
  track.dispatchEvent(new Event("mute"));
}"""
_WITHOUT_WEBRTC = "delete globalThis.RTCPeerConnection"
_SOCKETS = "**/ws/publish/**"
_TOO_MUCH = {"type": "ended", "reason": "too_much", "message": "", "retry_after_s": 60}
#: As where a browser resists fingerprinting, and has no encoder of video.
_BLIND = "delete self.VideoEncoder; export const canReadBack = () => false;"


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    context = await visit.owner()
    page = await context.new_page()
    await page.goto(_PATH)
    yield "capture-off", page
    camera = await film(context)
    yield "capture-live", camera
    await page.get_by_role("button", name="Go live").click()
    await page.get_by_role("button", name="Take over").wait_for()
    yield "capture-busy", page
    await camera.set_viewport_size({"width": 390, "height": 844})
    await camera.get_by_role("button", name="Settings").click()
    yield "capture-settings", camera
    await camera.keyboard.press("Escape")
    await page.get_by_role("button", name="Take over").click()
    await camera.get_by_role("button", name="Take over").wait_for()
    yield "capture-taken-over", camera
    await page.evaluate(_MUTE)
    await capture_is(page, "paused")
    yield "capture-paused", page


async def troubles(visit: Visit) -> AsyncIterator[Sight]:
    proxy = await visit.proxy()
    proxy.lets_upgrades_through = True
    context = await visit.owner(proxy.url)
    camera = await film(context)
    proxy.is_down = True
    proxy.cut()
    await capture_is(camera, "reconnecting")
    yield "capture-reconnecting", camera
    await camera.close()
    context = await visit.owner()
    await context.add_init_script(_WITHOUT_WEBRTC)
    camera = await film(context)
    yield "capture-over-the-socket", camera
    await camera.close()
    for name, script in (
        ("insecure", INSECURE),
        ("denied", _REFUSING % "NotAllowedError"),
        ("no-camera", _REFUSING % "NotFoundError"),
    ):
        page = await (await visit.owner()).new_page()
        await page.add_init_script(script)
        await page.goto(_PATH)
        if name != "insecure":
            await page.get_by_role("button", name="Go live").click()
        await page.locator("[data-part=notice]").wait_for()
        yield f"capture-{name}", page
    async for name, page in _waits(visit):
        yield f"capture-{name}", page


async def _waits(visit: Visit) -> AsyncIterator[Sight]:
    """Pages that the server, the browser or the device keeps from filming for a while."""
    page = await (await visit.owner()).new_page()
    await is_full(page, _SOCKETS)
    await _go_live(page)
    yield "told-to-wait", page
    page = await (await visit.owner()).new_page()
    await says(page, _SOCKETS, _TOO_MUCH)
    await _go_live(page)
    yield "too-much", page
    page = await (await visit.owner()).new_page()
    await page.route(
        "**/readback*.js", lambda route: route.fulfill(body=_BLIND, content_type="text/javascript")
    )
    await _go_live(page)
    await page.get_by_text("returns noise").wait_for()
    yield "noise", page
    context = await visit.owner()
    await context.add_init_script(STALL)
    camera = await film(context)
    await camera.evaluate("self.isStalled = true")
    await capture_is(camera, "paused")
    yield "no-picture", camera
    await camera.evaluate("self.isStalled = false")
    await capture_is(camera, "live")
    mine = f"camera = {CAMERAS}.get(slug='my-camera'); camera.enabled = "
    visit.system.run(f"{mine}False; camera.save()")
    await capture_is(camera, "waiting")
    yield "disabled", camera
    visit.system.run(f"{mine}True; camera.save()")
    await capture_is(camera, "live")


async def _go_live(page: Page) -> None:
    """Until it says why it doesn't."""
    await page.goto(_PATH)
    await page.get_by_role("button", name="Go live").click()
    await page.locator("[data-part=notice]").wait_for()
