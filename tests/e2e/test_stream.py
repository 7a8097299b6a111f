"""`stream.mjpg` of a real server, in a real browser and to a client that reads nothing."""

from __future__ import annotations

import asyncio
import socket

import pytest
from playwright.async_api import BrowserContext, expect

from tests.e2e.pages import film
from tests.e2e.recording import ENOUGH, WITHIN_S
from tests.e2e.system import System
from tests.streaming.waiting import until

pytestmark = pytest.mark.daphne(seconds=6)

STREAM = "/api/cameras/my-camera/stream.mjpg"
#: Ten seconds promised; nothing is written before the kernel's own buffers are full, which takes
#: as long as the pictures are slow.
CUT_OFF_S = 120.0


def request(owner_cookie: str, system: System) -> socket.socket:
    """A connection on which the stream has been asked for, with room for one picture."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", system.port))
    connection.sendall(
        f"GET {STREAM} HTTP/1.1\r\nHost: 127.0.0.1:{system.port}\r\n"
        f"Cookie: {owner_cookie}\r\n\r\n".encode()
    )
    return connection


async def film_pictures(owner: BrowserContext) -> None:
    """A page that films, of which pictures have come."""
    await film(owner)

    async def has_come() -> bool:
        return (await owner.request.get("/api/cameras/my-camera/latest.jpg")).ok

    await until(has_come)


async def cookie(owner: BrowserContext) -> str:
    """Of the session, as a header has it."""
    cookies = [f"{c['name']}={c['value']}" for c in await owner.cookies()]
    [session] = [each for each in cookies if each.startswith("sessionid")]
    return session


async def pictures_come(connection: socket.socket, count: int) -> None:
    """Returns once so many pictures have come."""
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    while count > 0:
        count -= (await loop.sock_recv(connection, 1 << 20)).count(b"Content-Type: image/jpeg")


async def cut_off(owner: BrowserContext) -> int:
    answer = await owner.request.get("/api/stats/")
    count: int = (await answer.json())["cut_off"]
    return count


async def test_a_page_shows_it_as_a_picture(owner: BrowserContext) -> None:
    await film_pictures(owner)
    page = await owner.new_page()
    await page.goto("/account/")
    await page.evaluate(
        f"""() => {{
          const image = document.createElement("img");
          image.id = "stream";
          image.src = "{STREAM}";
          document.body.append(image);
        }}"""
    )
    await expect(page.locator("#stream")).to_have_js_property("naturalWidth", 640)


async def test_it_moves_for_as_long_as_somebody_reads(
    owner: BrowserContext, system: System
) -> None:
    await film_pictures(owner)
    with request(await cookie(owner), system) as connection:
        async with asyncio.timeout(WITHIN_S):
            await pictures_come(connection, ENOUGH)


@pytest.mark.timeout(200)
@pytest.mark.faults(seconds=14)
async def test_who_reads_nothing_is_cut_off(owner: BrowserContext, system: System) -> None:
    await film_pictures(owner)
    before = await cut_off(owner)
    with request(await cookie(owner), system):

        async def is_cut_off() -> bool:
            return await cut_off(owner) > before

        await until(is_cut_off, CUT_OFF_S)
