"""What a browser tells its person of a camera that is lost."""

from __future__ import annotations

from playwright.async_api import BrowserContext, Route, expect

_REGISTER = """async () => {
  await navigator.serviceWorker.register(document.body.dataset.offlineWorker);
  await navigator.serviceWorker.ready;
}"""
_SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title }) => title).join();
}"""


#: What the server would say half a minute later.
_LOST = {
    **{"id": "1", "name": "My camera", "url": "/cameras/my-camera/", "after_s": 30},
    **{"state": "lost", "reason": None, "for_s": 31},
}


async def lost(route: Route) -> None:
    await route.fulfill(json={"cameras": [_LOST]})


async def test_whoever_chose_it_gets_a_notification_of_a_lost_camera(owner: BrowserContext) -> None:
    await owner.grant_permissions(["notifications"])
    page = await owner.new_page()
    await page.route("**/api/notifications/", lost)
    await page.goto("/cameras/my-camera/")
    await page.evaluate(_REGISTER)
    choice = page.get_by_label("Tell me when this camera is lost")
    await choice.select_option("30")
    await expect(page.get_by_text("even in the background")).to_be_visible()
    await page.wait_for_function(f"async () => await ({_SHOWN})() === 'My camera is lost.'")
    async with page.expect_response("**/notification/"):
        await choice.select_option("0")
    await page.unroute_all(behavior="ignoreErrors")
