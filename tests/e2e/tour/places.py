"""Pages of words, forms and numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit

_KEYS = """
from cameras.models import Camera, Grant, PublishKey, Role
from django.contrib.auth.models import User
camera, guest = Camera.objects.get(slug="front-door"), User.objects.get(username="guest")
PublishKey.issue(camera=camera, name="Old tablet at the door", created_by=camera.owner)
PublishKey.issue(camera=camera, name="Phone of a guest", created_by=guest)
Grant.objects.get_or_create(camera=camera, user=guest, role=Role.WATCH)
"""


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    visit.system.run(_KEYS)
    context = await visit.owner()
    page = await context.new_page()
    for name, path in (
        ("account", "/account/"),
        ("password", "/account/password/"),
        ("add", "/cameras/add/"),
        ("delete", "/cameras/front-door/delete/"),
        ("settings", "/cameras/front-door/settings/"),
    ):
        await page.goto(path)
        yield name, page
    theirs = await (await visit.guest()).new_page()
    await theirs.goto("/account/")
    await expect(theirs.get_by_text("Doesn't work")).to_be_visible()
    yield "account-key-without-right", theirs
    await page.get_by_role("textbox", name="Name").first.fill("")
    await page.get_by_label("Pictures per second").fill("1000")
    await page.locator("main form").first.evaluate("form => form.noValidate = true")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("alert").wait_for()
    yield "settings-refused", page
    await page.goto("/account/")
    await page.get_by_label("Name").fill("Doorbell")
    await page.get_by_role("button", name="Make a token").click()
    await page.get_by_label("Secret").wait_for()
    yield "secret", page
    await page.goto("/cameras/front-door/settings/")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("status").filter(has_text="Saved").wait_for()
    await page.locator("[popovertarget=account-menu]").click()
    yield "settings-saved-menu", page

    visit.camera("front-door")
    await page.goto("/cameras/")
    row = page.locator("[data-camera=front-door]")
    await expect(row).to_have_attribute("data-state", "live", timeout=PATIENCE_MS)
    yield "cameras-16", page
    await page.goto("/cameras/?q=nothing")
    yield "cameras-not-found", page
    await page.goto("/dashboard/")
    await expect(page.get_by_role("row", name="Front door")).to_contain_text("WebRTC")
    yield "dashboard", page
    await context.set_offline(True)
    await expect(page.get_by_role("status")).to_have_text("Server unreachable")
    yield "dashboard-away", page
