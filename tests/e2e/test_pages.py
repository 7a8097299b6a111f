"""A person adds a camera on pages, films, shares, takes back and deletes it."""

from __future__ import annotations

import re

from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import fixture
from tests.e2e.system import System
from tests.signing_in import sign_in_by_link

LIVE_MS = 15_000
#: Whatever is taken away is gone within two seconds; the rest is a busy machine.
GONE_MS = 10_000


@fixture
async def vera(browser: Browser, system: System) -> BrowserContext:
    """Somebody else, signed in by a link of her own."""
    make = (
        "from django.contrib.auth.models import User; User.objects.get_or_create(username='vera')"
    )
    system.run(make)
    context = await browser.new_context(base_url=system.url)
    await sign_in_by_link(context, system.manage("signin_link", "vera").strip())
    return context


async def add(page: Page, name: str) -> None:
    await page.goto("/cameras/add/?then=film")
    await page.get_by_label("Name").fill(name)
    await page.get_by_role("main").get_by_role("button", name="Add camera").click()
    await page.wait_for_url("**/capture/")


async def test_the_life_of_a_camera(owner: BrowserContext, vera: BrowserContext) -> None:
    capture, page = await owner.new_page(), await owner.new_page()
    await add(capture, "Garden")
    await capture.get_by_role("button", name="Go live").click()
    await expect(capture.locator(".capture[data-state=live]")).to_be_visible(timeout=LIVE_MS)

    await page.goto("/cameras/")
    row = page.locator("[data-camera=garden]")
    await expect(row).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    await expect(row.locator("img")).to_be_visible()

    await page.goto("/dashboard/")
    row = page.get_by_role("row", name="Garden")
    await expect(row).to_contain_text(re.compile(r"[1-9]\d*\sfps"), timeout=LIVE_MS)
    await row.get_by_role("link", name="Garden").click()
    await expect(page.get_by_role("heading", name="Garden")).to_be_visible()
    await expect(page.locator(".history")).to_have_attribute("data-state", "live")
    await expect(page.get_by_role("row", name="Live").first).to_contain_text("owner")

    await page.goto("/cameras/garden/settings/")
    await page.get_by_role("textbox", name="Place").fill("Behind the house")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()

    await page.get_by_text("Add someone").click()
    await page.get_by_label("User name").fill("vera")
    await page.get_by_role("button", name="Share").click()
    watching = await vera.new_page()
    await watching.goto("/cameras/garden/")
    tile = watching.locator(".tile")
    await expect(tile).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    await page.get_by_role("button", name="Remove vera").click()
    await expect(tile).to_have_attribute("data-state", "not_found", timeout=GONE_MS)

    await page.get_by_role("link", name="Delete this camera").click()
    await page.get_by_role("button", name="Delete for good").click()
    await expect(page.get_by_text("“Garden” is deleted.")).to_be_visible()
    ended = capture.locator(".capture:not([data-state=live])")
    await expect(ended).to_be_visible(timeout=GONE_MS)


async def test_a_key_is_made_and_revoked(owner: BrowserContext, system: System) -> None:
    await owner.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await owner.new_page()
    await page.goto("/cameras/my-camera/settings/")
    await page.locator("#keys").get_by_label("Name").fill("Old tablet")
    await page.get_by_role("button", name="Create key").click()
    secret = await page.get_by_label("Secret").input_value()
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_text("Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == secret
    await page.get_by_role("link", name="Done").click()
    row = page.get_by_role("listitem").filter(has_text="Old tablet")
    await row.locator("summary").click()
    await row.get_by_role("button", name="Revoke for good").click()
    await expect(page.get_by_text("Revoked.")).to_be_visible()
    await expect(row).to_have_count(0)


async def test_the_dashboard_says_when_its_numbers_are_old(owner: BrowserContext) -> None:
    page = await owner.new_page()
    await page.goto("/dashboard/")
    await expect(page.get_by_role("status")).to_have_text("Now")
    await expect(page.get_by_role("row", name="My camera")).not_to_contain_text("Unknown")
    await owner.set_offline(True)
    await expect(page.get_by_role("status")).to_have_text("Server unreachable")
    await expect(page.get_by_role("row", name="My camera")).to_contain_text("Unknown")
    await expect(page.locator("[data-part=age]")).to_have_text(re.compile(r"\d+\ss old"))
    await owner.set_offline(False)
    await expect(page.get_by_role("status")).to_have_text("Now", timeout=LIVE_MS)
    await expect(page.locator("[data-part=age]")).to_be_empty()


async def test_without_javascript_a_page_that_needs_it_says_so(
    browser: Browser, owner: BrowserContext, system: System
) -> None:
    context = await browser.new_context(base_url=system.url, java_script_enabled=False)
    await context.add_cookies(system.cookies)
    page = await context.new_page()
    camera = "/cameras/my-camera/"
    for path in "/", camera, f"{camera}capture/", "/phone/", "/dashboard/", "/api/docs/":
        await page.goto(path)
        await expect(page.locator(".needs-script")).to_be_visible()
        await expect(page.get_by_text("Connecting")).to_be_hidden()
        await expect(page.get_by_role("button", name="Go live")).to_be_hidden()


async def test_an_open_page_says_that_its_visitor_signed_out(
    vera: BrowserContext, system: System
) -> None:
    system.run("from cameras.models import Camera; Camera.objects.update(visibility='signed-in')")
    watching, page = await vera.new_page(), await vera.new_page()
    await watching.goto("/cameras/my-camera/")
    # Tests before may have left the camera either way.
    await expect(watching.locator(".tile")).to_have_attribute("data-state", re.compile("off|lost"))
    await page.goto("/")
    await page.get_by_role("button", name="Account of vera").click()
    await page.get_by_role("button", name="Sign out").click()
    await watching.bring_to_front()
    sentence = watching.get_by_text("You signed out, here or on another page")
    await expect(sentence).to_be_visible(timeout=GONE_MS)
    again = watching.locator(".tile").get_by_role("link", name="Sign in")
    await expect(again).to_have_attribute("href", "/sign-in/?next=/cameras/my-camera/")
    system.run("from cameras.models import Camera; Camera.objects.update(visibility='private')")
