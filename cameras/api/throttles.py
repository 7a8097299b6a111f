"""How many requests a minute the API takes of a person, and of a visitor's address.

Each web process counts by itself. Answers say by `RateLimit` and `RateLimit-Policy`
(draft-ietf-httpapi-ratelimit-headers) what is left.
"""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from cameras import limits
from cameras.addresses import network_of
from cameras.middleware import on_response
from cameras.signals import limit_reached

_MINUTE_S = 60


class MinuteThrottle(SimpleRateThrottle):
    """Notes on the request what is left, for the headers of its answer."""

    #: The setting, in lower case, and whose requests it counts.
    limit = ""
    scope = ""

    def __init__(self) -> None:
        self.rate = f"{self.most}/min"
        super().__init__()

    @property
    def most(self) -> int:
        most: int = getattr(limits.get(), self.limit.upper())
        return most

    def allow_request(self, request: Request, view: Any) -> bool:
        allowed = super().allow_request(request, view)
        if self.key is None:
            return True
        left = self.most - len(self.history)
        ends_s = math.ceil(self.history[-1] + _MINUTE_S - self.now) if self.history else _MINUTE_S
        setattr(request._request, _NOTE, (self.scope, self.most, left, ends_s))
        if not allowed:
            limit_reached.send(None, limit=self.limit, who=self.key.removeprefix("api:"))
        return allowed


class PersonThrottle(MinuteThrottle):
    """Of a person with all their tokens and pages."""

    limit = "api_requests_per_person"
    scope = "person"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return f"api:person:{request.user.pk}" if request.user.is_authenticated else None


class AddressThrottle(MinuteThrottle):
    """Of those at an address who have not signed in."""

    limit = "api_requests_per_address"
    scope = "address"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if request.user.is_authenticated:
            return None
        # Not what X-Forwarded-For says, which is for the client to choose.
        return f"api:address:{network_of(request.META.get('REMOTE_ADDR', ''))}"


_NOTE = "api_requests_left"


@on_response
def rate_limit_headers(request: HttpRequest, response: HttpResponseBase) -> None:
    note = getattr(request, _NOTE, None)
    if note is None:
        return
    scope, most, left, ends_s = note
    response.headers["RateLimit-Policy"] = f'"{scope}";q={most};w={_MINUTE_S}'
    response.headers["RateLimit"] = f'"{scope}";r={max(0, left)};t={ends_s}'
