"""The language of a page's WebSocket: that of the page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request, override


def in_language(application: Any) -> Any:
    """What the WebSocket application says is in the language that its visitor chose, or that their
    browser asks for."""

    async def speak(scope: Any, receive: Any, send: Any) -> None:
        with override(_language(scope["headers"])):
            await application(scope, receive, send)

    return speak


def _language(headers: list[tuple[bytes, bytes]]) -> str:
    """As Django finds it for a request."""
    request, given = HttpRequest(), dict(headers)
    request.COOKIES = parse_cookie(given.get(b"cookie", b"").decode("latin-1"))
    request.META["HTTP_ACCEPT_LANGUAGE"] = given.get(b"accept-language", b"").decode("latin-1")
    return get_language_from_request(request)
