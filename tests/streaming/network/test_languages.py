from __future__ import annotations

import pytest
from django.utils.translation import get_language

from streaming.network.languages import in_language


async def language_spoken(**headers: str) -> str | None:
    spoken: list[str | None] = []

    async def application(scope, _receive, _send):
        spoken.append(get_language())

    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await in_language(application)({"type": "websocket", "headers": given}, None, None)
    return spoken[0]


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "en"),
        ({"accept_language": "de-CH,de;q=0.8,en;q=0.5"}, "de"),
        ({"accept_language": "tr"}, "en"),
        ({"accept_language": "en", "cookie": "a=b; django_language=de"}, "de"),
        ({"accept_language": "de", "cookie": "django_language=xx"}, "de"),
    ],
)
async def test_a_socket_speaks_as_its_page_does(headers, language):
    assert await language_spoken(**headers) == language


async def test_what_comes_after_it_speaks_as_before():
    await language_spoken(accept_language="de")
    assert get_language() == "en"
