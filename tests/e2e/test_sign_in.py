"""Signing in with a passkey, in a browser with an authenticator of its own."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as PlaywrightError

from tests.e2e.system import System

_PASSKEYS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_LINK = """
from cameras import sign_in_links
from django.contrib.auth.models import User
user, _ = User.objects.get_or_create(username="petra")
print(sign_in_links.issue(user))
"""


@pytest.fixture
def url(system: System) -> str:
    """By a name: addresses have no passkeys."""
    return system.url.replace("127.0.0.1", "localhost")


async def person_with_authenticator(browser: Browser, url: str) -> Page:
    context = await browser.new_context(base_url=url)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": _PASSKEYS})
    return page


async def test_a_passkey_added_on_the_account_page_signs_in(
    browser: Browser, system: System, url: str
) -> None:
    page = await person_with_authenticator(browser, url)
    await page.goto(f"/sign-in/link/?next=/account/#{system.run(_LINK)}")
    await page.get_by_role("button", name="Sign in as petra").click()
    await page.wait_for_url("**/account/")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("status")).to_contain_text("Passkey added.")
    await expect(page.locator("#passkeys li")).to_contain_text("Chrome on Linux computer")

    # Whoever comes back to a page that was open for long is asked who they are.
    system.forget_proofs()
    await page.get_by_role("button", name="Add a passkey").click()
    await page.wait_for_url("**/confirm/**")
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url("**/account/#passkeys")
    await expect(page.get_by_role("status")).to_contain_text("Confirmed.")
    await page.locator("[popovertarget=account-menu]").click()
    await page.get_by_role("button", name="Sign out").click()

    # The authenticator chooses by itself what the name's field would offer, or the button asks.
    await page.goto("/sign-in/?next=/account/")
    button = page.get_by_role("button", name="Use a passkey")
    account = page.get_by_role("heading", name="Account")
    await button.or_(account).first.wait_for()
    with suppress(PlaywrightError):
        # Gone at once, where the field was quicker.
        await button.click(no_wait_after=True, timeout=2000)
    await expect(account).to_be_visible()
    await expect(page.locator("#passkeys li")).to_contain_text("Last used now")
