"""A walk past every page and every state, for whoever looks at them: a person or a checker."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.pages import film, watch
from tests.e2e.proxy import Proxy
from tests.e2e.system import System

#: A name for what is seen, and the page that shows it.
Sight: TypeAlias = tuple[str, Page]

NAMES = (
    "Front door",
    "Donaudampfschifffahrtsgesellschaftskapitänskajüte",
    "Garten",
    "Rindfleischetikettierungsüberwachung Halle 2, Eingang von der Hofseite",
    "Kindergarten",
    "Barn",
    "Roof, looking north",
    "Straßenbahnhaltestelle",
    "Kitchen",
    "Workshop",
    "Geschwindigkeitsbegrenzung",
    "Gate",
    "Cellar",
    "Balkon",
)
_SET_UP = f"""
from django.contrib.auth.models import User
from cameras.models import Camera
owner = User.objects.get()
User.objects.create_user("guest", password="guest")
for name in {NAMES!r}:
    Camera.objects.create(name=name, owner=owner)
"""
_INSECURE = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined })"
_REFUSING = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '%s'))"
_UNPLUG = (
    "() => { const [track] = document.querySelector('video').srcObject.getVideoTracks();"
    f" {_REFUSING % 'NotFoundError'}; track.dispatchEvent(new Event('ended')); }}"
)
_STATE_MS = 20_000


class Tour:
    """Everything there is to see of a `serve --demo` that nobody else uses."""

    def __init__(self, browser: Browser, system: System) -> None:
        self._browser = browser
        self._system = system
        self._cookies: list[Any] = []

    async def __aiter__(self) -> AsyncIterator[Sight]:
        self._system.run(_SET_UP)
        for part in (self._visitor, self._walls, self._lives, self._viewers, self._captures):
            async with AsyncExitStack() as stack:
                self._stack = stack
                async for sight in part():
                    yield sight

    async def _context(self, url: str = "", signed_in: bool = True) -> BrowserContext:
        context = await self._browser.new_context(
            base_url=url or self._system.url, permissions=["camera"]
        )
        self._stack.push_async_callback(context.close)
        if signed_in and not self._cookies:
            await context.request.get(self._system.sign_in_link)
            self._cookies = [*await context.cookies()]
        if signed_in:
            await context.add_cookies(self._cookies)
        return context

    async def _visitor(self) -> AsyncIterator[Sight]:
        context = await self._context(signed_in=False)
        page = await context.new_page()
        for name, path in (
            ("wall-visitor", "/"),
            ("sign-in", "/sign-in/"),
            ("not-found", "/cameras/none/"),
        ):
            await page.goto(path)
            yield name, page
        await page.goto("/sign-in/")
        await _sign_in(page, "wrong")
        yield "sign-in-refused", page
        await context.clear_cookies()
        await _sign_in(page, "guest")
        yield "csrf", page
        broken = self._render("500.html")
        await page.route("**/broken/", lambda route: route.fulfill(status=500, body=broken))
        await page.goto("/broken/")
        yield "server-fault", page
        await page.goto("/sign-in/")
        await _sign_in(page, "guest")
        await page.goto("/")
        yield "wall-nothing-shared", page
        await page.goto("/cameras/front-door/")
        yield "not-allowed", page

    async def _walls(self) -> AsyncIterator[Sight]:
        page = await (await self._context()).new_page()
        for count in (1, 4, 9, 16):
            self._enable(count)
            await page.goto("/")
            await _state(page, "demo", "live")
            yield f"wall-{count}", page
        # Last: a camera that is disabled ends for good.
        self._enable(0)
        await page.goto("/")
        yield "wall-0", page
        self._enable(16)

    async def _lives(self) -> AsyncIterator[Sight]:
        """A wall and a viewer while their camera and their server come and go."""
        camera = self._camera()
        proxy = await self._stack.enter_async_context(Proxy(self._system.port))
        proxy.lets_upgrades_through = True
        context = await self._context(proxy.url)
        page = await watch(context, "/cameras/front-door/")
        yield "viewer-live", page
        camera.send_signal(signal.SIGSTOP)
        await _state(page, "front-door", "lost")
        yield "viewer-lost", page
        camera.kill()
        self._camera()
        await _state(page, "front-door", "live")
        proxy.lets_upgrades_through = False
        await page.reload()
        await expect(page.locator(".single-pictures")).to_be_visible(timeout=_STATE_MS)
        yield "viewer-single-pictures", page
        wall = await context.new_page()
        await wall.goto("/")
        await expect(wall.locator(".single-pictures")).to_be_visible(timeout=_STATE_MS)
        await _state(wall, "front-door", "live")
        yield "wall-single-pictures", wall
        proxy.is_down = True
        proxy.cut()
        await _state(page, "front-door", "reconnecting")
        yield "viewer-reconnecting", page
        yield "wall-reconnecting", wall

    async def _viewers(self) -> AsyncIterator[Sight]:
        context = await self._context()
        page = await context.new_page()
        await page.goto("/cameras/garten/")
        await _state(page, "garten", "off")
        yield "viewer-off", page
        self._system.run(f"{_CAMERAS}.filter(slug='garten').update(enabled=False)")
        await page.reload()
        await _state(page, "garten", "not_found")
        yield "viewer-disabled", page
        camera = await film(context)
        viewer = await watch(context)
        await camera.evaluate(_UNPLUG)
        await _state(viewer, "my-camera", "paused")
        yield "viewer-paused", viewer
        yield "capture-unplugged", camera

    async def _captures(self) -> AsyncIterator[Sight]:
        context = await self._context()
        page = await context.new_page()
        await page.goto("/cameras/my-camera/capture/")
        yield "capture-off", page
        camera = await film(context)
        yield "capture-live", camera
        await page.get_by_role("button", name="Go live").click()
        await page.get_by_role("button", name="Take over").wait_for()
        yield "capture-busy", page
        await camera.set_viewport_size({"width": 390, "height": 844})
        await camera.get_by_role("button", name="Settings").click()
        yield "capture-settings", camera
        for name, script in (
            ("capture-insecure", _INSECURE),
            ("capture-denied", _REFUSING % "NotAllowedError"),
            ("capture-no-camera", _REFUSING % "NotFoundError"),
        ):
            other = await context.new_page()
            await other.add_init_script(script)
            await other.goto("/cameras/my-camera/capture/")
            if name != "capture-insecure":
                await other.get_by_role("button", name="Go live").click()
            await other.locator("[data-part=notice]").wait_for()
            yield name, other

    def _camera(self) -> subprocess.Popen[bytes]:
        camera = self._system.start_camera("front-door")
        self._stack.callback(camera.wait)
        self._stack.callback(camera.kill)
        return camera

    def _enable(self, count: int) -> None:
        """The demo camera and some more, so many in all."""
        first = (
            f"[each.pk for each in sorted({_CAMERAS}, key=lambda c: c.slug != 'demo')][:{count}]"
        )
        self._system.run(
            f"first = {first}; cameras = {_CAMERAS}; cameras.filter(pk__in=first)"
            ".update(enabled=True); cameras.exclude(pk__in=first).update(enabled=False)"
        )

    def _render(self, template: str) -> str:
        code = f"from django.template.loader import render_to_string as r; print(r({template!r}))"
        return self._system.run(code)


_CAMERAS = "__import__('cameras.models').models.Camera.objects.order_by('name')"


async def _sign_in(page: Page, password: str) -> None:
    await page.locator("[name=username]").fill("guest")
    await page.locator("[name=password]").fill(password)
    await page.locator("main form button").click()


async def _state(page: Page, slug: str, state: str) -> None:
    tile = page.locator(f".tile[data-camera={slug}]")
    await expect(tile).to_have_attribute("data-state", state, timeout=_STATE_MS)
    # The numbers over a live picture come a moment later.
    if state == "live":
        await expect(tile.locator("[data-part=facts]")).not_to_be_empty()
