"""Pages and answers of the API are sent compressed.

Compression tells of what it compresses: somebody who can put text into a page that has a secret,
and sees how long it gets, guesses the secret letter by letter (BREACH). Django makes each length a
little random and masks the CSRF token. What browsers must not store, which is every page that shows
a secret, is not compressed at all.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from cameras.middleware import on_response

#: Compressing it takes some 8 ms, in which nothing else happens in a process.
MAX_BYTES = 300_000
_TYPES = re.compile(r"text/|application/([\w.-]+\+)?(json|javascript|xml|yaml)\b|image/svg\+xml")
_gzip = GZipMiddleware(lambda _request: HttpResponse())


@on_response
def compress(request: HttpRequest, response: HttpResponseBase) -> None:
    """Streams are left as they are: what they say is wanted at once."""
    if isinstance(response, HttpResponse) and is_compressible(response):
        _gzip.process_response(request, response)


def is_compressible(response: HttpResponseBase) -> bool:
    """Whether it is a whole text, not too long, and without a secret."""
    headers = response.headers
    return (
        _length(response) <= MAX_BYTES
        and response.status_code not in (206, 304)
        and "Content-Encoding" not in headers
        and "no-store" not in headers.get("Cache-Control", "")
        and _TYPES.match(headers.get("Content-Type", "")) is not None
    )


def _length(response: HttpResponseBase) -> int:
    if isinstance(response, HttpResponse):
        return len(response.content)
    return int(response.headers.get("Content-Length", 0))
