from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page

from tests.e2e.pages import film, watch

#: The policy knows nothing of the server.
PAGES = (
    "/sign-in/",
    "/account/",
    "/cameras/",
    "/cameras/my-camera/settings/",
    "/api/docs/",
    "/phone/",
    "/admin/",
    "/admin/cameras/camera/",
    "/admin/cameras/camera/add/",
    "/admin/cameras/capturesession/",
    "/admin/cameras/publishkey/add/",
    "/admin/password_change/",
)


@pytest.fixture
def complaints(owner: BrowserContext) -> list[str]:
    """What browsers say on the console when a page asks for more than its policy allows."""
    found: list[str] = []

    def listen(page: Page) -> None:
        page.on(
            "console",
            lambda said: found.append(said.text) if "Content Security" in said.text else None,
        )

    owner.on("page", listen)
    return found


async def test_the_pages_ask_for_no_more_than_their_policy_allows(
    owner: BrowserContext, complaints: list[str]
) -> None:
    camera = await film(owner)
    wall, viewer = await watch(owner, "/"), await watch(owner)
    await viewer.locator(".tile").hover()
    await viewer.get_by_role("button", name="Save this picture").click()
    page = await owner.new_page()
    for live in camera, wall, viewer:
        await live.close()
    for path in PAGES:
        response = await page.goto(path, wait_until="networkidle")
        assert response
        assert response.ok, path
    assert complaints == []


async def test_a_script_that_was_slipped_in_does_not_run(
    owner: BrowserContext, complaints: list[str]
) -> None:
    page = await owner.new_page()
    await page.goto("/")
    async with page.expect_event("console", lambda said: "Content Security" in said.text):
        await page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    assert complaints
