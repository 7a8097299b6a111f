"""Walls and viewers, and what becomes of them as cameras, servers and networks come and go."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.e2e.pages import film, watch
from tests.e2e.tour.visit import CAMERAS, PATIENCE_MS, Sight, Visit, is_full, tile_is

_UNPLUG = """() => {
  const [track] = document.querySelector("video").srcObject.getVideoTracks();
  const gone = new DOMException("", "NotFoundError");
  navigator.mediaDevices.getUserMedia = () => Promise.reject(gone);
  track.dispatchEvent(new Event("ended"));
}"""
_DECODE_NOTHING = "() => { self.createImageBitmap = () => new Promise(() => {}) }"


async def walls(visit: Visit) -> AsyncIterator[Sight]:
    page = await (await visit.owner()).new_page()
    for count in (1, 4, 9, 16):
        visit.enable(count)
        await page.goto("/")
        await tile_is(page, "demo", "live")
        yield f"wall-{count}", page
    await page.get_by_role("button", name="View").click()
    await page.locator("label:has([value=focus])").click()
    yield "wall-view", page
    await page.keyboard.press("Escape")
    yield "wall-focus", page
    await page.get_by_role("button", name="View").click()
    await page.locator("label:has([value=auto])").click()
    await page.goto("/?kiosk")
    await tile_is(page, "demo", "live")
    yield "wall-kiosk", page
    waiting = await (await visit.owner()).new_page()
    await waiting.route_web_socket("**/ws/watch/", lambda socket: None)
    await waiting.goto("/")
    yield "wall-connecting", waiting
    visitor = await (await visit.stranger()).new_page()
    await visitor.goto("/")
    await tile_is(visitor, "demo", "live")
    yield "wall-visitor", visitor
    # Last: a camera that is disabled ends for good.
    visit.enable(0)
    await page.goto("/")
    yield "wall-0", page
    nothing_shared = await (await visit.guest()).new_page()
    for name, path in (("wall-nothing-shared", "/"), ("cameras-0", "/cameras/")):
        await nothing_shared.goto(path)
        yield name, nothing_shared
    visit.enable(16)


async def troubles(visit: Visit) -> AsyncIterator[Sight]:
    camera = visit.camera("front-door")
    proxy = await visit.proxy()
    proxy.lets_upgrades_through = True
    context = await visit.owner(proxy.url)
    page = await watch(context, "/cameras/front-door/")
    yield "viewer-live", page
    await page.keyboard.press("+")
    await page.locator("[data-action=more]").click()
    yield "viewer-zoomed-menu", page
    await page.get_by_role("button", name="Keyboard shortcuts").click()
    yield "viewer-keys", page
    await page.keyboard.press("Escape")
    await page.keyboard.press("0")
    camera.send_signal(signal.SIGSTOP)
    await tile_is(page, "front-door", "lost")
    yield "viewer-lost", page
    camera.kill()
    camera = visit.camera("front-door")
    await tile_is(page, "front-door", "live")
    stale = await watch(context, "/cameras/front-door/")
    [drawing] = stale.workers
    await drawing.evaluate(_DECODE_NOTHING)
    await tile_is(stale, "front-door", "stale")
    yield "viewer-stale", stale
    proxy.lets_upgrades_through = False
    await page.reload()
    await expect(page.locator(".single-pictures")).to_be_visible(timeout=PATIENCE_MS)
    yield "viewer-single-pictures", page
    wall = await context.new_page()
    await wall.goto("/")
    await expect(wall.locator(".single-pictures")).to_be_visible(timeout=PATIENCE_MS)
    await tile_is(wall, "front-door", "live")
    yield "wall-single-pictures", wall
    lost = await context.new_page()
    await lost.goto("/")
    await tile_is(lost, "front-door", "live")
    camera.send_signal(signal.SIGSTOP)
    await lost.locator("[data-unseen]").wait_for()
    await lost.get_by_role("button", name="camera was lost").click()
    yield "wall-lost", lost
    camera.send_signal(signal.SIGCONT)
    proxy.is_down = True
    proxy.cut()
    await tile_is(page, "front-door", "reconnecting")
    yield "viewer-reconnecting", page
    await tile_is(wall, "front-door", "reconnecting")
    yield "wall-reconnecting", wall


async def viewers(visit: Visit) -> AsyncIterator[Sight]:
    context = await visit.owner()
    page = await context.new_page()
    await page.goto("/cameras/garten/")
    await tile_is(page, "garten", "off")
    yield "viewer-off", page
    visit.system.run(f"{CAMERAS}.filter(slug='garten').update(enabled=False)")
    await page.reload()
    yield "viewer-disabled", page
    gone = await context.new_page()
    visit.system.run(f"{CAMERAS}.create(name='Shed', owner_id={CAMERAS}.first().owner_id)")
    await gone.goto("/cameras/shed/")
    await tile_is(gone, "shed", "off")
    visit.system.run(f"{CAMERAS}.get(slug='shed').delete()")
    await tile_is(gone, "shed", "not_found")
    yield "viewer-deleted", gone
    full = await context.new_page()
    await is_full(full, "**/ws/watch/")
    await full.goto("/cameras/front-door/")
    await expect(full.locator(".placeholder")).to_contain_text("more connections")
    yield "viewer-told-to-wait", full
    camera = await film(context)
    viewer = await watch(context)
    await camera.evaluate(_UNPLUG)
    await tile_is(viewer, "my-camera", "paused")
    yield "viewer-paused", viewer
    yield "capture-unplugged", camera
    visit.camera("front-door")
    owner = await visit.guest()
    visit.system.run(f"{CAMERAS}.filter(slug='front-door').update(visibility='signed-in')")
    page = await watch(owner, "/cameras/front-door/")
    leaving = await owner.new_page()
    await leaving.goto("/sign-in/")
    await leaving.locator("[popovertarget=account-menu]").click()
    await leaving.get_by_role("button", name="Sign out").click()
    await tile_is(page, "front-door", "over")
    yield "viewer-over", page
