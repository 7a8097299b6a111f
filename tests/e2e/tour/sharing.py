"""What is shared, with whom, and what they see."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit

_SET_UP = """
from datetime import timedelta
from django.contrib.auth.models import Group, User
from django.utils import timezone
from cameras import invitations
from cameras.models import Camera, CameraGroup, Grant, ShareLink
camera = Camera.objects.get(slug="demo")
owner, guest = camera.owner, User.objects.get(username="guest")
User.objects.get_or_create(username="bernadette", defaults={"is_active": False})
guards, _ = Group.objects.get_or_create(name="Night shift")
guards.user_set.add(guest)
doors, _ = CameraGroup.objects.get_or_create(name="Doors", owner=owner)
doors.cameras.set([camera])
Grant.objects.get_or_create(camera=camera, user_group=guards, role="publish")
Grant.objects.get_or_create(camera_group=doors, user=guest, role="watch")
invitations.invite(owner, "Anna", [Grant(camera=camera)])
soon = timezone.now() + timedelta(days=2, hours=1)
ShareLink.issue(camera=camera, created_by=owner, name="Neighbours", expires=soon, max_viewers=5)
"""
_REVOKE = "[link.revoke() for link in __import__('cameras.models').models.ShareLink.valid()]"
_TIDY_UP = """
from django.contrib.auth.models import Group, User
from cameras.models import CameraGroup
Group.objects.all().delete()
CameraGroup.objects.all().delete()
User.objects.filter(username__in=("bernadette", "anna")).delete()
"""


def _path(link: str) -> str:
    """With TLS, links lead to an address whose certificate the browser doesn't trust."""
    return "/" + link.split("/", 3)[3]


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    visit.system.run(_SET_UP)
    page = await (await visit.owner()).new_page()
    guest = visit.system.run("print(__import__('cameras.users').users.active_user('guest').pk)")
    group = visit.system.run(
        "print(__import__('django.contrib.auth.models').contrib.auth.models.Group.objects.get().pk)"
    )
    for name, path in (
        ("people", "/people/"),
        ("people-invite", "/people/invite/"),
        ("person", f"/people/{guest}/"),
        ("people-group", f"/people/groups/{group}/"),
        ("access", "/cameras/demo/settings/#people"),
        ("group-access", "/groups/doors/sharing/"),
        ("account-links", "/account/#links"),
    ):
        await page.goto(path)
        yield name, page
    await page.goto("/cameras/demo/settings/")
    await page.get_by_text("Invite someone new").click()
    await page.get_by_label("Who is it for?").fill("Anna")
    yield "access-invite", page
    await page.get_by_role("button", name="Invite").click()
    link = await page.get_by_label("Link", exact=True).input_value()
    yield "invited", page
    newcomer = await (await visit.stranger()).new_page()
    await newcomer.goto(_path(link))
    await newcomer.get_by_label("User name").fill("anna")
    await newcomer.get_by_label("Password").fill("anna")
    yield "welcome", newcomer
    await newcomer.get_by_role("button", name="Create account").click()
    await newcomer.get_by_text("too short").wait_for()
    yield "welcome-refused", newcomer

    await page.goto("/cameras/demo/")
    await page.get_by_role("button", name="Share").click()
    await page.get_by_role("button", name="Revoke").wait_for()
    yield "share", page
    await page.get_by_text("Options").click()
    yield "share-options", page
    await page.get_by_label("Websites that may embed it").fill("https://example.org")
    await page.get_by_role("button", name="Create link").click()
    made = page.get_by_label("Link", exact=True)
    await made.wait_for()
    yield "share-made", page
    theirs = await (await visit.stranger()).new_page()
    await theirs.goto(_path(await made.input_value()))
    live = theirs.locator(".tile[data-state=live]")
    await expect(live).to_be_visible(timeout=PATIENCE_MS)
    yield "shared", theirs
    visit.system.run(_REVOKE)
    await theirs.reload()
    yield "shared-ended", theirs
    await theirs.goto("/shared/#ssl_wrong")
    await theirs.get_by_text("expired or was revoked").wait_for()
    yield "shared-wrong", theirs
    visit.system.run(_TIDY_UP)
