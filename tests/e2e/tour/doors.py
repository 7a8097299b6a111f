"""What is seen before and instead of what one came for."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.e2e.tour.visit import Sight, Visit, sign_in

_FAULT = "from django.template.loader import render_to_string as r; print(r('500.html'))"


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
    visit.enable(16)
    await page.goto("/sign-in/")
    await sign_in(page, "wrong")
    yield "sign-in-refused", page
    await context.clear_cookies()
    await sign_in(page, "guest")
    yield "csrf", page
    fault = visit.system.run(_FAULT)
    await page.route("**/broken/", lambda route: route.fulfill(status=500, body=fault))
    await page.goto("/broken/")
    yield "server-fault", page
    page = await (await visit.guest()).new_page()
    await page.goto("/cameras/front-door/")
    yield "not-allowed", page
