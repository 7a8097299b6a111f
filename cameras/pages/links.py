"""Links with a secret, which the page shows to whoever made them: once, to be sent to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers


def _own_origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")[:-1]


#: Where others open the pages of this server. An app that knows more replaces it.
origin_of: Callable[[HttpRequest], str] = _own_origin


def link_to(request: HttpRequest, path: str, secret: str) -> str:
    """The secret stands in the fragment, which browsers keep to themselves."""
    return f"{origin_of(request)}{path}#{secret}"


def qr_code(url: str) -> str:
    """As SVG."""
    code: str = segno.make_qr(url).svg_inline(omitsize=True, border=4, light="#fff")
    return code


@dataclass(frozen=True, slots=True)
class NewLink:
    """What the page says of a link that was just made."""

    title: str
    url: str
    #: What it lets people do, and for how long.
    note: str
    #: Where one goes from there.
    done: str


def show_link(request: HttpRequest, link: NewLink) -> HttpResponse:
    response = render(request, "cameras/link.html", {"link": link, "svg": qr_code(link.url)})
    add_never_cache_headers(response)
    return response
