from __future__ import annotations

import subprocess
from contextlib import AsyncExitStack
from typing import TypeAlias

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.proxy import Proxy
from tests.e2e.system import System

#: A name for what is seen, and the page that shows it.
Sight: TypeAlias = tuple[str, Page]

CAMERAS = "__import__('cameras.models').models.Camera.objects.order_by('name')"
#: What a busy machine may take.
PATIENCE_MS = 20_000


class Visit:
    """To a system, with a browser. What is begun ends with `stack`."""

    def __init__(self, browser: Browser, system: System, stack: AsyncExitStack) -> None:
        self.system = system
        self._browser = browser
        self._stack = stack

    async def stranger(self, url: str = "") -> BrowserContext:
        """A browser of somebody who has not signed in."""
        context = await self._browser.new_context(
            base_url=url or self.system.url, permissions=["camera"]
        )
        self._stack.push_async_callback(context.close)
        return context

    async def owner(self, url: str = "") -> BrowserContext:
        context = await self.stranger(url)
        if not self.system.cookies:
            await context.request.get(self.system.sign_in_link)
            self.system.cookies = [*await context.cookies()]
        await context.add_cookies(self.system.cookies)
        return context

    async def guest(self) -> BrowserContext:
        """Somebody with whom nothing is shared."""
        context = await self.stranger()
        page = await context.new_page()
        await page.goto("/sign-in/")
        await sign_in(page, "guest")
        await page.wait_for_url("/")
        await page.close()
        return context

    async def proxy(self) -> Proxy:
        return await self._stack.enter_async_context(Proxy(self.system.port))

    def camera(self, slug: str, light: str = "dusk") -> subprocess.Popen[bytes]:
        """A demo camera that publishes to this one."""
        camera = self.system.start_camera(slug, light)
        self._stack.callback(camera.wait)
        self._stack.callback(camera.kill)
        return camera

    def enable(self, count: int) -> None:
        """The demo camera and some more, so many in all."""
        first = f"[c.pk for c in sorted({CAMERAS}, key=lambda c: c.slug != 'demo')][:{count}]"
        self.system.run(
            f"first = {first}; cameras = {CAMERAS}; cameras.filter(pk__in=first)"
            ".update(enabled=True); cameras.exclude(pk__in=first).update(enabled=False)"
        )


async def sign_in(page: Page, password: str) -> None:
    """As the guest, on the page that asks for it."""
    await page.locator("[name=username]").fill("guest")
    await page.locator("[name=password]").fill(password)
    await page.locator("main form button").click()


async def tile_is(page: Page, slug: str, state: str) -> None:
    tile = page.locator(f".tile[data-camera={slug}]")
    await expect(tile).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
    # The numbers over a live picture come a moment later.
    if state == "live":
        await expect(tile.locator("[data-part=facts]")).not_to_be_empty()


async def capture_is(page: Page, state: str) -> None:
    await page.locator(f".capture[data-state={state}]").wait_for(timeout=PATIENCE_MS)
