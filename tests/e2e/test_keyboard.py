"""Everything can be reached, seen to be reached, and left by keys alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import fixture
from tests.e2e.system import System

#: In the order in which they are read. Begins at the first.
FIND_CONTROLS = """() => {
  const controls = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const all = document.querySelectorAll(controls);
  const isThere = (control) =>
    control.checkVisibility() && !control.disabled && control.tabIndex >= 0;
  window.controls = [...all].filter(isThere);
  window.controls[0].focus({ focusVisible: true });
  return window.controls.length;
}"""
#: Which control has the focus, and whether that is seen.
FOCUS = """() => {
  const control = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(control);
  const isRinged = outlineStyle === "solid" && parseFloat(outlineWidth) >= 2;
  const isSeen = control.checkVisibility({ opacityProperty: true });
  return [window.controls.indexOf(control), isRinged && isSeen ? "seen" : control.outerHTML];
}"""


@fixture
async def page(owner: BrowserContext) -> Page:
    page = await owner.new_page()
    await page.emulate_media(reduced_motion="reduce")
    return page


async def assert_all_are_reached(page: Page) -> None:
    count = await page.evaluate(FIND_CONTROLS)
    reached = [await page.evaluate(FOCUS)]
    for _ in range(1, count):
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate(FOCUS))
    assert reached == [[number, "seen"] for number in range(count)]


async def assert_escape_closes(page: Page, opener: Locator, opened: Locator) -> None:
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(opened).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(opened).to_be_hidden()
    await expect(opener).to_be_focused()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/account/",
        "/cameras/",
        "/cameras/my-camera/",
        "/cameras/my-camera/capture/",
        "/cameras/my-camera/settings/",
        "/dashboard/",
    ],
)
@pytest.mark.parametrize("width", [1440, pytest.param(390, marks=pytest.mark.faults(seconds=2))])
async def test_tab_reaches_every_control_in_the_order_of_reading(
    page: Page, path: str, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    await page.goto(path, wait_until="networkidle")
    await assert_all_are_reached(page)


async def test_tab_reaches_every_control_of_the_sign_in(browser: Browser, system: System) -> None:
    page = await browser.new_page(base_url=system.url)
    await page.goto("/sign-in/")
    await expect(page.get_by_label("Name")).to_be_focused()
    await assert_all_are_reached(page)


async def test_escape_closes_the_account_menu(page: Page) -> None:
    await page.goto("/")
    opener = page.get_by_role("button", name="Account of owner")
    await assert_escape_closes(page, opener, page.locator("#account-menu"))


async def test_escape_closes_the_dialog_for_phones(page: Page) -> None:
    await page.goto("/cameras/my-camera/")
    opener = page.get_by_role("button", name="Add a phone")
    await assert_escape_closes(page, opener, page.locator("#add-phone"))


async def test_escape_closes_the_settings_of_a_filming_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto("/cameras/my-camera/capture/")
    opener = page.get_by_role("button", name="Settings")
    await assert_escape_closes(page, opener, page.locator("#settings"))


async def test_escape_leaves_the_kiosk(page: Page) -> None:
    await page.goto("/")
    opener = page.get_by_role("button", name="View")
    await opener.focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Kiosk").focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url("/?kiosk")
    await expect(page.get_by_role("banner")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("banner")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(page).to_have_url("/")
    await expect(opener).to_be_focused()
