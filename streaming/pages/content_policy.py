"""What a page may load, said to the browser: a script that somebody slips in does not run."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cameras.middleware import on_response
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


@on_response
def content_policy(request: HttpRequest, response: HttpResponseBase) -> None:
    """Adds the policy to every answer that has none of its own."""
    response.headers.setdefault(HEADER, policy(request))


def policy(request: HttpRequest, frame_ancestors: Collection[str] = ()) -> str:
    """The policy of a page that pages of these origins may embed."""
    # 'self' includes the WebSockets of the page's own server.
    parts = {**_POLICY, "connect-src": " ".join(["'self'", *ports.socket_urls(request)])}
    if frame_ancestors:
        parts["frame-ancestors"] = " ".join(frame_ancestors)
    return "; ".join(map(" ".join, parts.items()))
