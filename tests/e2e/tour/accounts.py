"""What an account is protected by, and what the audit log tells."""

from __future__ import annotations

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.e2e.tour.visit import PATIENCE_MS, Sight, Visit

_PETRA = """
import uuid
from datetime import timedelta
from django.contrib.auth.models import User
from cameras import audit, sign_in_links, two_step
from cameras.audit import Visit, Who
from cameras.identity import Identity
from cameras.models import Camera, Passkey
petra, _ = User.objects.get_or_create(username="petra")
petra.set_password("petra")
petra.save()
Passkey.objects.get_or_create(
    user=petra, name="Safari on iPhone", credential="petra", public_key=b"", host="localhost"
)
camera = Camera.objects.get(slug="front-door")
visits = [
    (Identity(petra.pk), "petra", 4, 95, "owner"),
    (Identity(), "", 30, 12, ""),
    (Identity(petra.pk), "petra", 26, 3, "Old tablet at the door"),
]
for identity, name, hours_ago, minutes, publisher in visits:
    visit = Visit(uuid.uuid4().hex, camera.pk, Who.of(identity, name, "192.168.1.7"))
    visit.started -= timedelta(hours=hours_ago)
    visit.ended, visit.publisher = visit.started + timedelta(minutes=minutes), publisher
    audit.write("tour", [visit], [])
two_step.turn_off(petra)
print(sign_in_links.issue(petra))
"""
_TWO_STEPS = """
from django.contrib.auth.models import User
from cameras import two_step
two_step.turn_on(User.objects.get(username="petra"), two_step.new_secret())
"""


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    link = f"/sign-in/link/?next=/account/#{visit.system.run(_PETRA)}"
    # By a name: addresses have no passkeys.
    context = await visit.stranger(visit.system.url.replace("127.0.0.1", "localhost"))
    page = await context.new_page()
    await page.goto("/sign-in/")
    await page.get_by_role("button", name="Use a passkey").wait_for()
    yield "sign-in-passkey", page
    await page.goto(link)
    button = page.get_by_role("button", name="Sign in as petra")
    await button.wait_for()
    yield "sign-in-link", page
    await button.click()
    await page.wait_for_url("**/account/")
    yield "account-passkeys", page
    visit.system.forget_proofs()
    await page.goto("/account/two-step/")
    yield "confirm", page
    await page.get_by_label("Password").fill("petra")
    await page.get_by_role("button", name="Confirm").click()
    await page.get_by_role("heading", name="Set up two-step sign-in").wait_for()
    await page.get_by_label("Code").fill("000000")
    await page.get_by_role("button", name="Turn on").click()
    await page.get_by_role("alert").wait_for()
    yield "two-step-refused", page
    await page.goto("/account/")
    await page.get_by_role("button", name="Use your passkeys").click()
    await page.get_by_role("heading", name="Two-step sign-in is on").wait_for()
    yield "recovery-codes", page
    visit.system.run(_TWO_STEPS)
    await page.goto("/account/#two-step")
    yield "account-two-step", page
    await context.clear_cookies()
    await page.goto("/sign-in/")
    await page.locator("[name=username]").fill("petra")
    await page.locator("[name=password]").fill("petra")
    await page.locator("main form button.main").click()
    await page.get_by_role("heading", name="One more step").wait_for()
    yield "second-step", page

    owners = await visit.owner()
    page = await owners.new_page()
    visit.system.forget_proofs()
    await page.goto("/account/two-step/")
    yield "confirm-without-password", page
    await page.goto("/audit/")
    yield "audit", page
    await page.goto("/audit/?camera=front-door&kind=watched")
    yield "audit-watched", page
    await page.goto("/audit/?who=nobody")
    yield "audit-nothing", page
    await page.goto("/cameras/front-door/")
    await page.get_by_text("Who is watching").click()
    await expect(page.locator("[data-viewers] li")).to_be_visible(timeout=PATIENCE_MS)
    yield "viewer-names", page
