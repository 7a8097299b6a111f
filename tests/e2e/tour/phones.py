"""A phone's way to become a camera, and to be one no more."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.e2e.scripts import NO_COOKIES, NO_STORAGE
from tests.e2e.tour.visit import CAMERAS, Sight, Visit, capture_is

_INVITE = """
from cameras import phones
from cameras.models import Camera
camera = Camera.objects.get(slug="my-camera")
print(phones.invite(camera, camera.owner)[1])
"""
_REVOKE = """
from cameras.models import PublishKey
for key in PublishKey.valid().filter(camera__slug="my-camera"):
    key.revoke()
"""


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    page = await (await visit.owner()).new_page()
    await page.goto("/trust/")
    yield "trust", page
    await page.goto("/cameras/my-camera/#add-phone")
    await page.locator("#add-phone .code svg").wait_for()
    yield "add-phone", page
    await page.route("**/phones/", lambda route: route.abort())
    await page.get_by_role("button", name="New code").click()
    await page.locator("#add-phone[data-invitation=failed]").wait_for()
    yield "add-phone-failed", page

    phone = await (await visit.stranger()).new_page()
    sentence = phone.locator("[data-phone] [data-part=sentence]")
    await phone.goto("/phone/")
    await expect(sentence).to_contain_text("isn't a camera yet")
    yield "phone-none", phone
    forgetful = await (await visit.stranger()).new_page()
    await forgetful.add_init_script(NO_STORAGE + NO_COOKIES)
    mine = f"{CAMERAS}.filter(slug='my-camera')"
    invitation = visit.system.run(_INVITE)
    visit.system.run(f"{mine}.update(enabled=False)")
    await forgetful.goto(f"/phone/#{invitation}")
    await expect(forgetful.locator("[data-phone]")).to_contain_text("disabled")
    yield "phone-disabled", forgetful
    visit.system.run(f"{mine}.update(enabled=True)")
    await forgetful.get_by_role("button", name="Go live").wait_for()
    yield "phone-keeps-nothing", forgetful
    link = f"/phone/#{visit.system.run(_INVITE)}"
    await phone.goto(link)
    await phone.get_by_role("button", name="Go live").click()
    await capture_is(phone, "live")
    yield "phone-live", phone
    visit.system.run(_REVOKE)
    await phone.goto("/phone/")
    await expect(sentence).to_contain_text("revoked")
    yield "phone-revoked", phone
    stranger = await (await visit.stranger()).new_page()
    await stranger.goto(link)
    await expect(stranger.locator("[data-phone]")).to_contain_text("was already used")
    yield "phone-code-used", stranger
