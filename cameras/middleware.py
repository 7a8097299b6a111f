from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware


def on_response(change: Callable[[HttpRequest, HttpResponseBase], None]) -> Any:
    """A middleware that does something to every response, with and without an event loop."""

    @sync_and_async_middleware
    def middleware(get_response: Any) -> Any:
        async def asynchronous(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(request)
            change(request, response)
            return response

        def plain(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = get_response(request)
            change(request, response)
            return response

        return asynchronous if iscoroutinefunction(get_response) else plain

    return middleware
