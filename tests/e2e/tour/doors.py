"""What is seen before and instead of what one came for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.e2e.tour.visit import Sight, Visit, show, sign_in, without_script

_RENDER = """
from django.template.loader import render_to_string
from django.utils import translation
with translation.override({!r}):
    print(render_to_string({!r}, {}))
"""
#: As the model says it, in the language of the page.
_LIMIT = """{"exception": translation.gettext(
    "%(whose)s already owns %(maximum)d cameras, the most this server allows per person. "
    "Delete one first."
) % {"whose": "owner", "maximum": 100}}"""
#: More than are slowed down.
_GUESSES = 6


async def sights(visit: Visit) -> AsyncIterator[Sight]:
    context = await visit.stranger()
    page = await context.new_page()
    visit.enable(0)
    for name, path in (
        ("wall-visitor-empty", "/"),
        ("sign-in", "/sign-in/"),
        ("sign-in-first", "/sign-in/?next=/dashboard/"),
        ("not-found", "/cameras/none/"),
    ):
        await page.goto(path)
        yield name, page
    await page.get_by_role("button", name="Language").click()
    yield "language-menu", page
    visit.enable(16)
    await page.goto("/sign-in/")
    await sign_in(page, "wrong")
    yield "sign-in-refused", page
    await context.clear_cookies()
    await sign_in(page, "guest")
    yield "csrf", page
    language = await page.evaluate("document.documentElement.lang")
    for name, template, context_of in (
        ("server-fault", "500.html", "{}"),
        ("bad-request", "400.html", "{}"),
        ("database-unavailable", "503.html", "{}"),
        ("sign-in-busy", "registration/busy.html", "{}"),
        ("limit-reached", "403.html", _LIMIT),
    ):
        html = visit.system.run(_RENDER.format(language, template, context_of))
        await show(page, "/broken/", html, 500)
        yield name, page
    await page.goto(visit.system.sign_in_link.replace("#", "#x"))
    await page.get_by_role("heading", name="no longer works").wait_for()
    yield "sign-in-link-used", page
    for _ in range(_GUESSES):
        await page.goto("/sign-in/")
        await sign_in(page, "wrong", "nobody")
    await page.get_by_role("heading", name="Too many wrong passwords").wait_for()
    yield "sign-in-locked", page
    for name, path in (("wall", "/"), ("viewer", "/cameras/demo/"), ("phone", "/phone/")):
        await without_script(page, path)
        yield f"{name}-without-script", page
    page = await (await visit.guest()).new_page()
    await page.goto("/cameras/front-door/")
    yield "not-allowed", page
