from __future__ import annotations

import asyncio
import json
import re
import subprocess
from contextlib import AsyncExitStack
from typing import TypeAlias

from playwright.async_api import Browser, BrowserContext, Page, Route, WebSocketRoute, expect

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
        """A browser of somebody who has not signed in.

        Its pages are asked for here alone: a worker would ask the server for what `show` gives.
        """
        context = await self._browser.new_context(
            base_url=url or self.system.url, permissions=["camera"], service_workers="block"
        )
        self._stack.push_async_callback(context.close)
        return context

    async def owner(self, url: str = "") -> BrowserContext:
        context = await self.stranger(url)
        await self.system.sign_in(context)
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


async def without_script(page: Page, path: str) -> None:
    """What a browser shows that runs no scripts; only a checker runs its own."""
    language = await page.evaluate("navigator.language")
    answer = await page.request.get(path, headers={"Accept-Language": language})
    html = re.sub(r"<script\b.*?</script>|</?noscript>", "", await answer.text(), flags=re.DOTALL)
    await show(page, path, html, answer.status)


async def show(page: Page, path: str, html: str, status: int = 200) -> None:
    """A page that the server has made, but would not answer with at this address now."""

    async def fulfil(route: Route) -> None:
        await route.fulfill(status=status, body=html, content_type="text/html")

    await page.route(f"**{path}", fulfil, times=1)
    await page.goto(path)


async def says(page: Page, sockets: str, message: object) -> None:
    """What the server says on these sockets, whatever the page sends first."""

    def answer(socket: WebSocketRoute) -> None:
        socket.on_message(lambda _: socket.send(json.dumps(message)))

    await page.route_web_socket(sockets, answer)


async def is_full(page: Page, sockets: str) -> None:
    """A server that takes no more of these."""

    async def close(socket: WebSocketRoute) -> None:
        await socket.close(code=1013, reason="retry_after=60")

    def refuse(socket: WebSocketRoute) -> None:
        socket.on_message(lambda _: asyncio.ensure_future(close(socket)))

    await page.route_web_socket(sockets, refuse)


async def sign_in(page: Page, password: str, name: str = "guest") -> None:
    """On the page that asks for it."""
    await page.locator("[name=username]").fill(name)
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
