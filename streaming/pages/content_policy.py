"""What a page may load, said to the browser: a script that somebody slips in does not run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from streaming.network import ports

HEADER = "Content-Security-Policy"
_POLICY = {
    "default-src": "'self'",
    # Pictures and workers that scripts make, and the icons of forms.
    "img-src": "'self' blob: data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


@sync_and_async_middleware
def content_policy(get_response: Any) -> Any:
    """Adds the policy to every answer that has none of its own."""
    return (
        _asynchronous(get_response) if iscoroutinefunction(get_response) else _plain(get_response)
    )


def _plain(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        return _with_policy(request, get_response(request))

    return middleware


def _asynchronous(
    get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    async def middleware(request: HttpRequest) -> HttpResponseBase:
        return _with_policy(request, await get_response(request))

    return middleware


def _with_policy(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    # 'self' includes the WebSockets of the page's own server.
    parts = {**_POLICY, "connect-src": " ".join(["'self'", *ports.socket_urls(request)])}
    response.headers.setdefault(HEADER, "; ".join(map(" ".join, parts.items())))
    return response
