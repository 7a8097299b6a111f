"""The page of a camera: what it needs, what it says, and what it says when it has none of that."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.e2e.pages import film
from tests.e2e.tour.visit import Sight, Visit, capture_is

_PATH = "/cameras/my-camera/capture/"
_INSECURE = "Object.defineProperty(globalThis, 'isSecureContext', { value: false })"
_REFUSING = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '%s'))"
_MUTE = """() => {
  const [track] = document.querySelector("video").srcObject.getVideoTracks();
  Object.defineProperty(track, "muted", { value: true });
  track.dispatchEvent(new Event("mute"));
}"""
_WITHOUT_WEBRTC = "delete globalThis.RTCPeerConnection"


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
        ("insecure", _INSECURE),
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
