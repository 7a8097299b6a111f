"""A phone without an account, in another Chromium, from the code on the screen to the wall."""

from __future__ import annotations

import asyncio
import hashlib
import re
import sqlite3
import ssl
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import fixture
from tests.e2e.pages import seconds_until_moving, watch
from tests.e2e.recording import drawn, is_in_order, is_whole, record_drawn
from tests.e2e.scripts import NO_COOKIES, NO_STORAGE
from tests.e2e.system import System
from tests.processes import PATIENCE_S, free_port, wait_until

PIXEL = (
    "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36"
)


class SecureSystem(System):
    """With TLS too."""

    def __init__(self, var: Path, server: str) -> None:
        self.tls_port = free_port()
        super().__init__(var, server, "--tls", "--tls-port", str(self.tls_port))
        self._database = var / "skysentry.sqlite3"

    def secret_of(self, state: str) -> str:
        """One that opens the invitation whose address this is; no test reads its QR code."""
        number = int(state.strip("/").rpartition("/")[2])
        secret = f"ssin_test{number}"
        digest = hashlib.sha256(secret.encode()).hexdigest()
        with closing(sqlite3.connect(self._database)) as database, database:
            database.execute(
                "UPDATE cameras_phoneinvitation SET digest = ? WHERE id = ?",
                (digest, number),
            )
        return secret


@pytest.fixture(scope="module")
def system(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecureSystem]:
    system = SecureSystem(tmp_path_factory.mktemp("var"), request.param)
    with system:
        yield system


@fixture
async def pixel(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A phone whose owner has passed the browser's warning."""
    context = await browser.new_context(
        user_agent=PIXEL,
        viewport={"width": 390, "height": 844},
        permissions=["camera"],
        ignore_https_errors=True,
    )
    yield context
    await context.close()


def printed_link(system: System) -> str:
    """What the code in the terminal says."""
    found = re.search(r"https://\S+/phone/#ssin_\S+", system.output)
    assert found
    return found[0]


async def go_live(page: Page) -> None:
    await page.get_by_role("button", name="Go live").click()
    await page.locator(".capture[data-state=live]").wait_for(timeout=15_000)


async def revoke_keys(context: BrowserContext) -> None:
    """As the owner does in the administration."""
    page = await context.new_page()
    await page.goto("/admin/cameras/publishkey/")
    await page.locator("#action-toggle").check()
    await page.locator("select[name=action]").select_option("revoke")
    await page.get_by_role("button", name="Go", exact=True).click()
    await page.get_by_role("button", name="sure").click()
    await expect(page.locator(".messagelist")).to_contain_text("Revoked")
    await page.close()


async def test_a_phone_films_by_the_printed_code_until_its_key_is_revoked(
    owner: BrowserContext, pixel: BrowserContext, system: SecureSystem
) -> None:
    link = printed_link(system)
    phone = await pixel.new_page()
    await phone.goto(link)
    await expect(phone.get_by_role("heading", name="My camera")).to_be_visible()
    assert "ssin_" not in phone.url
    await go_live(phone)
    viewer = await watch(owner)
    await record_drawn(viewer)
    await seconds_until_moving(viewer, within_s=5)
    seen = await drawn(viewer)
    assert is_whole(seen)
    assert is_in_order(seen)

    await revoke_keys(owner)
    # 2 s promised.
    await expect(viewer.locator(".tile")).not_to_have_attribute("data-state", "live", timeout=6_000)
    # What no longer works is no button.
    await expect(phone.locator(".shutter")).to_be_hidden()
    await phone.get_by_role("button", name="Leave").click()
    await expect(phone.locator("[data-phone]")).to_contain_text("its key was revoked")

    # The code is used up.
    await phone.goto(link)
    await expect(phone.locator("[data-phone]")).to_contain_text("was already used")


async def test_a_phone_joins_by_the_code_of_the_dialog_and_stays_a_camera(
    owner: BrowserContext, pixel: BrowserContext, system: SecureSystem
) -> None:
    page = await owner.new_page()
    await page.goto("/cameras/my-camera/")
    await expect(page.locator("#add-phone")).to_be_hidden()
    async with page.expect_response("**/phones/") as answered:
        await page.get_by_role("button", name="Add a phone").click()
    invited = await (await answered.value).json()
    await expect(page.locator("#add-phone .code svg")).to_be_visible()
    await expect(page.locator("#add-phone")).to_contain_text("Expires in 10 minutes")
    phone = await pixel.new_page()
    await phone.goto(f"{invited['origin']}/phone/#{system.secret_of(invited['state'])}")
    await expect(phone.get_by_role("heading", name="My camera")).to_be_visible()
    await expect(page.locator("#add-phone")).to_contain_text("has joined", timeout=5_000)
    await phone.close()

    again = await pixel.new_page()
    await again.goto(f"https://127.0.0.1:{system.tls_port}/phone/")
    await expect(again.locator("[data-phone]")).to_contain_text("isn't a camera yet")
    await again.goto(f"{invited['origin']}/phone/")
    await expect(again.get_by_role("heading", name="My camera")).to_be_visible()
    await go_live(again)


async def invite(owner: BrowserContext, system: SecureSystem) -> str:
    """Where the code of a new invitation leads."""
    page = await owner.new_page()
    await page.goto("/cameras/my-camera/")
    async with page.expect_response("**/phones/") as answered:
        await page.get_by_role("button", name="Add a phone").click()
    invited = await (await answered.value).json()
    await page.close()
    return f"{invited['origin']}/phone/#{system.secret_of(invited['state'])}"


FORGETS = "a camera only until you close the page"


async def test_a_phone_without_storage_stays_a_camera_by_a_cookie(
    owner: BrowserContext, pixel: BrowserContext, system: SecureSystem
) -> None:
    await pixel.add_init_script(NO_STORAGE)
    link = await invite(owner, system)
    phone = await pixel.new_page()
    await phone.goto(link)
    await expect(phone.get_by_role("heading", name="My camera")).to_be_visible()
    await expect(phone.get_by_text(FORGETS)).to_be_hidden()
    await phone.close()
    again = await pixel.new_page()
    await again.goto(link.partition("#")[0])
    await expect(again.get_by_role("heading", name="My camera")).to_be_visible()


@pytest.mark.faults(seconds=10)
async def test_a_phone_that_keeps_nothing_films_for_this_visit_and_says_so(
    owner: BrowserContext, pixel: BrowserContext, system: SecureSystem
) -> None:
    await pixel.add_init_script(NO_STORAGE + NO_COOKIES)
    await pixel.clear_cookies()
    phone = await pixel.new_page()
    await phone.goto(await invite(owner, system))
    await expect(phone.get_by_text(FORGETS)).to_be_visible()
    await expect(phone.get_by_role("button", name="Go live")).to_be_in_viewport(ratio=1)
    await go_live(phone)
    await expect(phone.get_by_text(FORGETS)).to_be_visible()
    await watch(owner)
    await phone.goto("about:blank")
    newest = "from cameras.models import PublishKey; print(PublishKey.objects.first().revoked)"
    await asyncio.to_thread(wait_until, lambda: system.run(newest) != "None", PATIENCE_S)


@pytest.mark.faults(seconds=15)
async def test_a_phone_that_keeps_nothing_has_its_key_until_its_camera_is_enabled(
    owner: BrowserContext, pixel: BrowserContext, system: SecureSystem
) -> None:
    await pixel.add_init_script(NO_STORAGE + NO_COOKIES)
    await pixel.clear_cookies()
    link = await invite(owner, system)
    mine = "from cameras.models import Camera; Camera.objects.filter(slug='my-camera').update"
    system.run(f"{mine}(enabled=False)")
    phone = await pixel.new_page()
    try:
        await phone.goto(link)
        home = phone.locator("[data-phone]")
        await expect(home).to_contain_text("camera is disabled")
        await phone.get_by_role("button", name="Try again").click()
        await expect(home).to_contain_text("camera is disabled")
    finally:
        system.run(f"{mine}(enabled=True)")
    # By itself.
    await expect(phone.get_by_role("heading", name="My camera")).to_be_visible()
    await expect(phone.get_by_text(FORGETS)).to_be_visible()


async def test_a_code_is_not_lost_where_the_server_is_away_at_first(
    owner: BrowserContext, pixel: BrowserContext, system: SecureSystem
) -> None:
    phone = await pixel.new_page()
    await phone.route("**/phone/join/", lambda route: route.abort(), times=1)
    await phone.goto(await invite(owner, system))
    await expect(phone.locator("[data-phone]")).to_contain_text("Server unreachable")
    await phone.get_by_role("button", name="Try again").click()
    await expect(phone.get_by_role("heading", name="My camera")).to_be_visible()


async def test_a_camera_made_for_a_phone_shows_the_code_at_once(owner: BrowserContext) -> None:
    page = await owner.new_page()
    await page.goto("/cameras/my-camera/#add-phone")
    await expect(page.locator("#add-phone .code svg")).to_be_visible()
    await page.get_by_role("button", name="Done").click()
    await expect(page.locator("#add-phone")).to_be_hidden()


async def test_the_authority_can_be_downloaded_and_vouches_for_the_server(
    pixel: BrowserContext, system: SecureSystem, tmp_path: Path
) -> None:
    origin = printed_link(system).split("/phone/")[0]
    page = await pixel.new_page()
    await page.goto(f"{origin}/trust/")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download the certificate").click()
    path = tmp_path / "skysentry.crt"
    await (await download.value).save_as(path)
    assert await asyncio.to_thread(status, f"{origin}/healthz", path) == 200


def status(url: str, authority: Path) -> int:
    """What a client answers that trusts this authority and nobody else."""
    trusting = ssl.create_default_context(cafile=authority)
    with urllib.request.urlopen(url, timeout=10, context=trusting) as response:
        return int(response.status)
