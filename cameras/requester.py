"""Who is behind what happens now, and from where: the request that is being answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from cameras.signals import request_refused

_current: ContextVar[HttpRequest | None] = ContextVar("request", default=None)

#: "Forbidden" and "not found", which is what forbidden cameras answer as.
_REFUSALS = (403, 404)


def current() -> HttpRequest | None:
    """None where nobody asked for it: in commands and in background work."""
    return _current.get()


@contextmanager
def _answering(request: HttpRequest) -> Iterator[None]:
    before = _current.set(request)
    try:
        yield
    finally:
        _current.reset(before)


@sync_and_async_middleware
def remember_request(get_response: Any) -> Any:
    """A middleware. What happens inside knows its request, and what was refused is announced."""

    async def asynchronous(request: HttpRequest) -> HttpResponseBase:
        with _answering(request):
            response: HttpResponseBase = await get_response(request)
        _announce(request, response)
        return response

    def plain(request: HttpRequest) -> HttpResponseBase:
        with _answering(request):
            response: HttpResponseBase = get_response(request)
        _announce(request, response)
        return response

    return asynchronous if iscoroutinefunction(get_response) else plain


def _announce(request: HttpRequest, response: HttpResponseBase) -> None:
    match = request.resolver_match
    if match is not None and response.status_code in _REFUSALS and "slug" in match.kwargs:
        request_refused.send_robust(
            None, request=request, address=match.kwargs["slug"], view=match.view_name
        )
