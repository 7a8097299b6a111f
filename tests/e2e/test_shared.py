"""A camera is shared with somebody who has no account, and embedded in a page of another site."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import fixture
from tests.e2e.system import System

#: Whatever is revoked is dark within two seconds; the rest is a busy machine.
DARK_MS = 10_000
MAKE = """
from cameras.models import *
import json
camera = Camera.objects.get(slug="my-camera")
link, secret = ShareLink.issue(camera=camera, created_by=camera.owner, name="Shop")
print(json.dumps([str(link.pk), secret]))
"""


@fixture
async def page(owner: BrowserContext) -> Page:
    page = await owner.new_page()
    await page.goto("/cameras/my-camera/")
    return page


async def test_three_clicks_share_a_camera_until_it_is_revoked(
    page: Page, browser: Browser, system: System
) -> None:
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Create link").click()
    made = page.get_by_label("Link", exact=True)
    await expect(made).to_have_value(re.compile("#ssl_"))
    url = await made.input_value()
    # The third copies it, for which a page without https has no clipboard.

    guest = await (await browser.new_context()).new_page()
    await guest.goto(url)
    await guest.wait_for_url("**/cameras/my-camera/")
    assert "ssl_" not in guest.url
    tile = guest.locator(".tile")
    await expect(tile).not_to_have_attribute("data-state", "connecting")
    await guest.reload()
    await expect(tile).not_to_have_attribute("data-state", "connecting")

    # The newest comes first.
    await page.get_by_role("button", name="Revoke Link").first.click()
    await expect(made).to_be_hidden()
    await expect(tile).to_have_attribute("data-state", "over", timeout=DARK_MS)
    await expect(guest.get_by_text("This link has expired or was revoked.")).to_be_visible()


async def test_a_link_that_could_not_be_revoked_leaves_the_new_one_in_place(page: Page) -> None:
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Create link").click()
    made = page.get_by_label("Link", exact=True)
    await expect(made).to_be_visible()
    await page.route("**/revoke/", lambda route: route.abort(), times=1)
    await page.get_by_role("button", name="Revoke Link").first.click()
    await expect(page.get_by_role("alert")).to_have_text(
        "Server unreachable. Try again in a moment."
    )
    await expect(made).to_be_visible()
    await expect(page.get_by_role("button", name="Create link")).to_be_hidden()


@asynccontextmanager
async def site(*frames: str) -> AsyncIterator[str]:
    """The origin of another site, whose page has this frame."""
    body = "".join(f'<iframe src="{url}" width="640" height="360"></iframe>' for url in frames)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "localhost")
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}"


async def test_a_page_of_a_named_site_embeds_a_link_and_no_other_does(
    browser: Browser, system: System
) -> None:
    [pk, secret] = json.loads(system.run(MAKE))
    frame = f"{system.url}/shared/{pk}/embed/#{secret}"
    context = await browser.new_context()
    page = await context.new_page()
    async with site(frame) as shop, site(frame) as other:
        system.run(f"from cameras.models import *; ShareLink.objects.update(origins=[{shop!r}])")
        await page.goto(shop)
        tile = page.frame_locator("iframe").locator(".tile")
        await expect(tile).not_to_have_attribute("data-state", "connecting")
        cookies = await context.cookies()
        assert len(cookies) == 2
        assert all(cookie["httpOnly"] and cookie["secure"] for cookie in cookies)
        assert {cookie.get("partitionKey") for cookie in cookies} == {"http://localhost"}

        async with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            await page.goto(other)
        # Nor does what the shop's frame may see open by itself.
        await page.goto(f"{system.url}/shared/{pk}/")
        await expect(page.get_by_text("This link doesn't work here")).to_be_visible()
