from __future__ import annotations

import pytest

from streaming.network.proxies import behind_proxies

FORWARDED = [(b"x-forwarded-for", b"203.0.113.9")]


@pytest.mark.parametrize(
    ("proxies", "address"), [(["10.0.0.0/8"], "203.0.113.9"), ([], "10.0.0.5")]
)
async def test_visitors_come_from_where_a_trusted_proxy_says(settings, proxies, address):
    scopes = []

    async def look(scope, receive, send):
        scopes.append(scope)

    settings.TRUSTED_PROXIES = proxies
    scope = {"type": "websocket", "scheme": "ws", "client": ("10.0.0.5", 4711)}
    await behind_proxies(look)({**scope, "headers": FORWARDED}, None, None)
    assert scopes[0]["client"][0] == address


async def test_a_project_that_has_none_is_served_as_it_is(settings):
    del settings.TRUSTED_PROXIES
    assert behind_proxies("application") == "application"
