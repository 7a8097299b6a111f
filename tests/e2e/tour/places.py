"""Pages of words and forms."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import Page, Route, expect

from tests.e2e.tour.visit import Sight, Visit

_KEYS = """
from cameras.models import Camera, Grant, PublishKey, Role
from django.contrib.auth.models import User
camera, guest = Camera.objects.get(slug="front-door"), User.objects.get(username="guest")
PublishKey.issue(camera=camera, name="Old tablet at the door", created_by=camera.owner)
PublishKey.issue(camera=camera, name="Phone of a guest", created_by=guest)
Grant.objects.get_or_create(camera=camera, user=guest, role=Role.WATCH)
"""


async def _unanswered(route: Route) -> None:
    """The page asks again and again, and reloads as soon as the server answers."""
    await (route.abort() if route.request.method == "HEAD" else route.continue_())


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    visit.system.run(_KEYS)
    page = await (await visit.owner()).new_page()
    for name, path in (
        ("account", "/account/"),
        ("password", "/account/password/"),
        ("add", "/cameras/add/"),
        ("delete", "/cameras/front-door/delete/"),
        ("ip-camera", "/cameras/front-door/source/"),
        ("settings", "/cameras/front-door/settings/"),
    ):
        await page.goto(path)
        yield name, page
    async for sight in _answers(page):
        yield sight
    away = await (await visit.stranger()).new_page()
    await away.route("**/offline/", _unanswered)
    await away.goto("/offline/")
    yield "offline", away
    theirs = await (await visit.guest()).new_page()
    await theirs.goto("/account/")
    await expect(theirs.get_by_text("Doesn't work")).to_be_visible()
    yield "account-key-without-right", theirs


async def _answers(page: Page) -> AsyncIterator[Sight]:
    """To forms, the first of which is that of the settings, there already."""
    await page.get_by_role("textbox", name="Name").first.fill("")
    await page.get_by_text("Advanced", exact=True).click()
    await page.get_by_label("Width").fill("10000")
    await page.locator("main form").first.evaluate("form => form.noValidate = true")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("alert").wait_for()
    yield "settings-refused", page
    await page.goto("/account/")
    await page.get_by_label("Name").fill("Doorbell")
    await page.get_by_role("button", name="Create token").click()
    await page.get_by_label("Secret").wait_for()
    yield "secret", page
    await page.goto("/cameras/front-door/settings/")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("status").filter(has_text="Saved").wait_for()
    await page.locator("[popovertarget=account-menu]").click()
    yield "settings-saved-menu", page
